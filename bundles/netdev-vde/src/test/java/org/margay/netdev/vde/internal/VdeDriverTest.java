package org.margay.netdev.vde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.testkit.BenchMachine;

@Timeout(60)
class VdeDriverTest {
    private static final Path SWITCH = Path.of("/usr/bin/vde_switch");

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final BenchMachine bench = new BenchMachine();
    /** A machine whose loop is a queue that any thread may add to. */
    private final Machine machine = (Machine) Proxy.newProxyInstance(
            Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, args) -> {
                if (method.getName().equals("later")) {
                    tasks.add((Runnable) args[0]);
                    return null;
                }
                return method.invoke(bench, args);
            });

    private final List<VdeNetdev> made = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        made.forEach(VdeNetdev::close);
    }

    private static final class Card implements NetClient.Handler {
        final NetClient client = new NetClient("card", this);
        final List<byte[]> received = new ArrayList<>();

        @Override
        public void receive(Frame frame) {
            received.add(frame.bytes());
        }
    }

    private VdeNetdev create(Map<String, String> said) throws DeviceException {
        VdeDriver.Options options = new PropertyBinder<>(VdeDriver.Options.class, Wording.ofOption()).bind(said);
        VdeNetdev netdev = (VdeNetdev) new VdeDriver().create("n0", options, machine);
        made.add(netdev);
        return netdev;
    }

    private Map<String, String> sock() {
        return Map.of("sock", folder.toString());
    }

    private void loopUntil(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            Runnable task = tasks.poll(10, TimeUnit.SECONDS);
            assertThat(task).as("something is to happen").isNotNull();
            task.run();
        }
    }

    private static byte[] frame(int source, int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) i;
        }
        // To everyone, from 02:00:00:00:00:XX, of an experimental type.
        for (int i = 0; i < 6; i++) {
            frame[i] = -1;
            frame[6 + i] = (byte) (i == 0 ? 2 : i == 5 ? source : 0);
        }
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xB5;
        return frame;
    }

    private static List<Path> ownFolders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("vde-"))
                    .toList();
        }
    }

    @Test
    void theSwitchIsAskedForAPort() throws Exception {
        try (FakeSwitch other = new FakeSwitch(folder, FakeSwitch.Manner.OBLIGING)) {
            VdeNetdev netdev = create(Map.of("sock", folder.toString(), "port", "5", "mode", "0770"));
            FakeSwitch.Request request = other.request();
            assertThat(request.magic()).isEqualTo(0xFEEDFACE);
            assertThat(request.version()).isEqualTo(3);
            assertThat(request.typeAndPort()).isEqualTo(5 << 8);
            assertThat(request.family()).isEqualTo(1);
            assertThat(request.text()).startsWith("Margay PID=");
            Path own = Path.of(request.name());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                    .isEqualTo("rwxrwx---");
            assertThat(netdev.info()).matches("sock=" + folder + ",fd=[0-9]+");
            netdev.close();
            assertThat(own).doesNotExist();
            assertThat(own.getParent()).doesNotExist();
        }
    }

    @Test
    void aFrameIsADatagram() throws Exception {
        try (FakeSwitch other = new FakeSwitch(folder, FakeSwitch.Manner.OBLIGING)) {
            VdeNetdev netdev = create(Map.of("sock", folder.resolve("ctl").toString()));
            Card card = new Card();
            card.client.connect(netdev.client());
            other.request();
            card.client.send(new Frame(frame(1, 60)));
            card.client.send(new Frame(frame(1, 1514)));
            assertThat(other.receive()).isEqualTo(frame(1, 60));
            assertThat(other.receive()).isEqualTo(frame(1, 1514));
            other.send(frame(2, 60));
            other.send(frame(2, 1500));
            loopUntil(() -> card.received.size() == 2);
            assertThat(card.received.get(0)).isEqualTo(frame(2, 60));
            assertThat(card.received.get(1)).isEqualTo(frame(2, 1500));
            other.close();
            loopUntil(() -> !card.client.carrier());
        }
    }

    @Test
    void failuresAreTold() throws Exception {
        List<Path> before = ownFolders();
        assertThatThrownBy(() -> create(sock()))
                .isInstanceOf(DeviceException.class)
                .hasMessage("no port of the switch at %s: %s/ctl: No such file or directory", folder, folder);
        assertThatThrownBy(() -> create(Map.of("sock", "/" + "x".repeat(200))))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("too long");
        assertThatThrownBy(() -> create(Map.of("mode", "01777"))).hasMessageContaining("mode=01777");
        assertThatThrownBy(() -> create(Map.of("port", "16777216"))).hasMessageContaining("port=16777216");
        try (FakeSwitch refusing = new FakeSwitch(folder, FakeSwitch.Manner.REFUSING)) {
            assertThatThrownBy(() -> create(Map.of("sock", folder.toString(), "port", "7")))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("refuses; port 7 may be taken");
        }
        assertThat(ownFolders()).isEqualTo(before);
    }

    @Test
    void anUnknownGroupIsTold() throws Exception {
        try (FakeSwitch other = new FakeSwitch(folder, FakeSwitch.Manner.OBLIGING)) {
            assertThatThrownBy(() -> create(Map.of("sock", folder.toString(), "group", "nosuchgroup")))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("there is no group 'nosuchgroup'");
        }
    }

    @Test
    void aSilentSwitchIsNotWaitedForWithoutEnd() throws Exception {
        try (FakeSwitch silent = new FakeSwitch(folder, FakeSwitch.Manner.SILENT)) {
            assertThatThrownBy(() -> create(sock()))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("did not answer within 5 s");
        }
    }

    /** The switch that everybody uses, of Debian's package vde2. */
    @Test
    void twoCardsMeetAtARealSwitch() throws Exception {
        assumeTrue(Files.isExecutable(SWITCH), "skipped: vde_switch is not installed (Debian: vde2)");
        Path place = folder.resolve("switch");
        Process process = new ProcessBuilder(SWITCH.toString(), "-x", "-s", place.toString(), "-M", place + ".mgmt")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            while (!Files.exists(place.resolve("ctl"))) {
                assertThat(process.isAlive()).isTrue();
                Thread.sleep(10);
            }
            Card one = new Card();
            Card two = new Card();
            one.client.connect(create(Map.of("sock", place.toString())).client());
            two.client.connect(
                    create(Map.of("sock", place.toString(), "port", "9")).client());
            for (int i = 0; i < 500; i++) {
                byte[] frame = frame(1, 60 + i);
                while (!one.client.peerReady()) {
                    tasks.take().run();
                }
                one.client.send(new Frame(frame));
                int count = i + 1;
                loopUntil(() -> two.received.size() == count);
                assertThat(two.received.get(i)).isEqualTo(frame);
            }
            two.client.send(new Frame(frame(2, 1514)));
            loopUntil(() -> one.received.size() == 1);
            assertThat(one.received.getFirst()).isEqualTo(frame(2, 1514));
            process.destroy();
            loopUntil(() -> !one.client.carrier() && !two.client.carrier());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
