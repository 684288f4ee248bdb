package org.margay.netdev.tap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.UnixSockets;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.OffloadSet;
import org.margay.testkit.BenchMachine;

/** With real interfaces where this process may make them: they have no addresses, and nothing is connected to them. */
@Timeout(60)
class TapDriverTest {
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final Path IP = Path.of("/usr/sbin/ip");

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final BenchMachine bench = new BenchMachine();

    @TempDir
    Path folder;

    /** A machine whose loop is a queue that any thread may add to. */
    private final Machine machine = (Machine) Proxy.newProxyInstance(
            Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, args) -> {
                if (method.getName().equals("later")) {
                    tasks.add((Runnable) args[0]);
                    return null;
                }
                return method.invoke(bench, args);
            });

    private TapNetdev create(String options) throws DeviceException {
        return (TapNetdev) new TapDriver().create("n0", TapOptionsTest.options(options), machine);
    }

    private static void assumeTun() {
        boolean possible;
        try {
            Tun.attach("mgtest%d", Tun.HeaderWish.NO).descriptor().close();
            possible = true;
        } catch (DeviceException _) {
            possible = false;
        }
        assumeTrue(possible, "skipped: this process may not make TAP interfaces");
    }

    private static boolean exists(String name) {
        return Files.exists(INTERFACES.resolve(name));
    }

    private static long received(String name) throws IOException {
        String count = Files.readString(INTERFACES.resolve(name).resolve("statistics/rx_packets"));
        return Long.parseLong(count.strip());
    }

    /** A card that remembers the last frame. */
    private static final class Card implements NetClient.Handler {
        final NetClient client = new NetClient("card", this);
        OffloadSet offloads = OffloadSet.NONE;
        int frames;

        @Override
        public void receive(Frame frame) {
            frames++;
        }

        @Override
        public OffloadSet offloads() {
            return offloads;
        }
    }

    @Test
    void anotherDescriptorIsNoInterfaceAndStaysOpen() throws Exception {
        try (Descriptor other = UnixSockets.socket(UnixSockets.Kind.STREAM)) {
            assertThatThrownBy(() -> create("fd=" + other.number()))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("fd=%d: that is no TAP interface".formatted(other.number()));
            assertThat(Files.exists(Path.of("/proc/self/fd/" + other.number()))).isTrue();
        }
        assertThatThrownBy(() -> create("fd=99999"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("Bad file descriptor");
    }

    @Test
    void whoMayNotIsToldWhatItTakes() {
        boolean possible;
        try {
            Tun.attach("mgtest%d", Tun.HeaderWish.NO).descriptor().close();
            possible = true;
        } catch (DeviceException e) {
            possible = false;
            assertThat(e.description()).contains("/dev/net/tun").containsAnyOf("CAP_NET_ADMIN", "has no TUN/TAP");
        }
        assertThatThrownBy(() -> create("ifname=far-too-long-a-name;script=no"))
                .as(possible ? "by us" : "by the kernel")
                .isInstanceOf(DeviceException.class);
    }

    @Test
    void framesGoToTheHostAndComeFromIt() throws Exception {
        assumeTun();
        String up = Scripts.write(folder, "up", "#!/bin/sh", "exec ip link set \"$1\" up");
        assumeTrue(Files.isExecutable(IP), "skipped: there is no ip to bring the interface up with");
        Path down = folder.resolve("down.log");
        String downScript = Scripts.write(folder, "down", "#!/bin/sh", "[ -e /sys/class/net/$1 ] && echo $1 > " + down);
        TapNetdev tap = create("ifname=mgtest%d;script=" + up + ";downscript=" + downScript);
        String name = tap.interfaceName();
        try {
            assertThat(tap.info()).isEqualTo("ifname=%s,script=%s,downscript=%s".formatted(name, up, downScript));
            Card card = new Card();
            card.offloads = OffloadSet.ALL;
            card.client.connect(tap.client());
            long before = received(name);
            byte[] frame = new byte[60];
            // Of an experimental type, which nobody listens to.
            frame[12] = (byte) 0x88;
            frame[13] = (byte) 0xB5;
            for (int i = 0; i < 100; i++) {
                assertThat(card.client.send(new Frame(frame))).isTrue();
            }
            assertThat(received(name) - before).isEqualTo(100);
            // A system says hello on every new link: it looks for routers and joins groups, unless it has no IPv6.
            if (Files.exists(Path.of("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6"))
                    && Files.readString(Path.of("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6"))
                            .startsWith("0")) {
                while (card.frames == 0) {
                    Runnable task = tasks.poll(10, TimeUnit.SECONDS);
                    assertThat(task).isNotNull();
                    task.run();
                }
            }
        } finally {
            tap.close();
        }
        assertThat(down).hasContent(name);
        assertThat(exists(name)).isFalse();
        tap.close();
    }

    @Test
    void anInterfaceHasOneUser() throws Exception {
        assumeTun();
        TapNetdev first = create("ifname=mgtest%d;script=no;downscript=no");
        try {
            assertThat(first.info()).endsWith(",script=no,downscript=no");
            assertThatThrownBy(() -> create("script=no;ifname=" + first.interfaceName()))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("another process uses the interface");
        } finally {
            first.close();
        }
        create("script=no;downscript=no;ifname=" + first.interfaceName()).close();
        assertThatThrownBy(() -> create("script=no;ifname=lo"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("one of another kind");
    }

    @Test
    void aScriptThatFailsLeavesNothing() throws Exception {
        assumeTun();
        Path seen = folder.resolve("seen");
        String script = Scripts.write(folder, "up", "#!/bin/sh", "echo -n $1 > " + seen, "exit 1");
        assertThatThrownBy(() -> create("ifname=mgtest%d;script=" + script))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("failed with status 1");
        assertThat(exists(Files.readString(seen))).isFalse();
    }

    @Test
    void anInheritedInterfaceIsUsed() throws Exception {
        assumeTun();
        for (Tun.HeaderWish header : List.of(Tun.HeaderWish.NO, Tun.HeaderWish.YES)) {
            Tun made = Tun.attach("mgtest%d", header);
            int number = made.descriptor().number();
            TapNetdev tap = create("fd=" + number);
            assertThat(tap.info()).isEqualTo("fd=" + number);
            bench.backends().add(Netdev.class, "n0", tap);
            assertThatThrownBy(() -> create("fd=" + number))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("fd=%d is in use by netdev 'n0'".formatted(number));
            assertThat(tap.client().peerOffloads()).isEqualTo(OffloadSet.ALL);
            bench.backends().remove(Netdev.class, "n0");
            tap.close();
            assertThat(exists(made.name())).isFalse();
        }
    }

    @Test
    void aPortOfABridge() throws Exception {
        assumeTun();
        assumeTrue(Files.isExecutable(IP), "skipped: there is no ip to make a bridge with");
        String bridge = "mgbr" + ProcessHandle.current().pid() % 100_000;
        assumeTrue(ip("link", "add", bridge, "type", "bridge") == 0, "skipped: this host makes no bridges");
        try {
            TapNetdev tap = BridgeDriver.plugged("n0", bridge, machine);
            assertThat(INTERFACES.resolve(bridge).resolve("brif").resolve(tap.interfaceName()))
                    .exists();
            assertThat(Files.readString(INTERFACES.resolve(tap.interfaceName()).resolve("address")))
                    .startsWith("fe:");
            assertThat(tap.info()).isEqualTo("ifname=%s,br=%s".formatted(tap.interfaceName(), bridge));
            tap.close();
            assertThat(exists(tap.interfaceName())).isFalse();
        } finally {
            ip("link", "del", bridge);
        }
        assertThatThrownBy(() -> BridgeDriver.plugged("n0", "mgnone", machine))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("bridge mgnone")
                .hasMessageContaining("No such device");
    }

    private static int ip(String... words) throws Exception {
        String[] command = new String[words.length + 1];
        command[0] = IP.toString();
        System.arraycopy(words, 0, command, 1, words.length);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
