package org.margay.netdev.socket.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.NetdevDriver;
import org.margay.testkit.BenchMachine;

/** A machine whose loop is the test: tasks of other threads run while the test waits for something. */
final class Host {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Machine machine;

    Host() {
        BenchMachine bench = new BenchMachine();
        machine = (Machine) Proxy.newProxyInstance(
                Host.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, arguments) -> {
                    if (method.getName().equals("later")) {
                        tasks.add((Runnable) arguments[0]);
                        return null;
                    }
                    try {
                        return method.invoke(bench, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Runs what comes until something is so. */
    void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Runnable task = tasks.poll(1, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
    }

    /** Runs what is there. */
    void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Runs what comes for a while. */
    void idle(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        until(() -> System.nanoTime() > end);
    }

    /** Makes a backend, and a card for it. */
    Card plug(NetdevDriver<?> driver, String id, String options) throws DeviceException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String option : options.split(",")) {
            String[] parts = option.split("=", 2);
            values.put(parts[0], List.of(parts[1]));
        }
        return new Card(create(driver, id, values));
    }

    private <P extends Record> SocketNetdev create(NetdevDriver<P> driver, String id, Map<String, List<String>> values)
            throws DeviceException {
        P options = new PropertyBinder<>(driver.optionsType(), Wording.ofOption()).bindAll(values);
        return (SocketNetdev) driver.create(id, options, machine);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A card that keeps what it gets, and a backend. */
    static final class Card implements NetClient.Handler, AutoCloseable {
        final NetClient client = new NetClient("card", this);
        final SocketNetdev netdev;
        final List<Frame> frames = new ArrayList<>();
        boolean room = true;
        int drained;

        Card(SocketNetdev netdev) {
            this.netdev = netdev;
            client.connect(netdev.client());
        }

        @Override
        public boolean canReceive() {
            return room;
        }

        @Override
        public void receive(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void drained() {
            drained++;
        }

        @Override
        public void close() {
            netdev.close();
        }
    }
}
