package org.margay.netdev.user.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.Chardev;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.Wiring;
import org.margay.netdev.user.internal.ip.EchoProbe;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.testkit.ManualClock;

/**
 * A user network with a guest on it, and the loop that both run on: the test's own thread. The guest's time goes on when there is
 * nothing to do, so that nobody waits long for a time-out.
 */
final class Bench implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";

    /** Nanoseconds of the guest that pass when nothing happens for a millisecond. */
    private static final long STEP = 20_000_000;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    final ManualClock clock = new ManualClock(0);
    final Wiring wiring = new Wiring();
    final Guest guest;
    final Guest guest6;
    final UserNetdev netdev;
    final Map<String, Chardev> chardevs = new LinkedHashMap<>();

    @Nullable
    InetSocketAddress nameServer;

    EchoProbe.Answer echo = EchoProbe.Answer.ANSWERED;

    Bench(String... options) throws DeviceException {
        this(Map.of(), options);
    }

    Bench(Map<String, Chardev> chardevs, String... options) throws DeviceException {
        this.chardevs.putAll(chardevs);
        Environment environment = new Environment(clock, tasks::add, new Random(7));
        UserNetdev.HostServices services = new UserNetdev.HostServices(
                () -> Optional.ofNullable(nameServer),
                (_, answer) -> tasks.add(() -> answer.accept(echo)),
                name -> Optional.ofNullable(this.chardevs.get(name)));
        netdev = new UserNetdev("net0", UserSettings.of(options(options)), environment, services);
        wiring.client().connect(netdev.client());
        guest = new Guest(wiring, clock, "10.0.2.15");
        guest6 = new Guest(wiring, clock, "fec0::5054:ff:fe12:3456");
    }

    /** Options as a user writes them: "net=10.1.0.0/16". */
    static UserOptions options(String... pairs) throws DeviceException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = pair.substring(0, equals);
            List<String> before = values.getOrDefault(name, List.of());
            values.put(
                    name,
                    java.util.stream.Stream.concat(
                                    before.stream(), java.util.stream.Stream.of(pair.substring(equals + 1)))
                            .toList());
        }
        return new PropertyBinder<>(UserOptions.class, Wording.ofOption()).bindAll(values);
    }

    /** Runs until something is so. */
    void until(BooleanSupplier done) {
        until(guest, done);
    }

    /** Runs with one of the guests. */
    void until(Guest running, BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it does not happen; " + netdev.connections());
            }
            turn(running);
        }
    }

    /** One turn of the loop; time passes when nothing else happens. */
    private void turn(Guest running) {
        boolean worked = running.run();
        try {
            Runnable task = worked ? tasks.poll() : tasks.poll(1, TimeUnit.MILLISECONDS);
            for (; task != null; task = tasks.poll()) {
                worked = true;
                task.run();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (!worked) {
            clock.advance(STEP);
        }
    }

    /** Runs until nothing more comes for some time. */
    void settle() {
        for (int i = 0; i < 10; i++) {
            turn(guest);
        }
    }

    /** Lets much of the guest's time pass. */
    void pass(long seconds) {
        clock.advance(seconds * Environment.SECOND);
        settle();
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port);
    }

    @Override
    public void close() {
        netdev.close();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (!clock.deadlines().isEmpty()) {
            throw new AssertionError("timers are left: " + clock.deadlines());
        }
        awaitEnd("margay-net-net0");
    }

    /** A thread ends soon. */
    private static void awaitEnd(String name) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(name)) {
                try {
                    thread.join(5_000);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                if (thread.isAlive()) {
                    throw new AssertionError("a thread is left");
                }
            }
        }
    }
}
