package org.margay.virtio.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.state.StateCodec;
import org.margay.state.StateException;
import org.margay.testkit.cards.VirtioDriverBench;

/** Bytes in both directions. */
class PortTest {
    private static final VirtSerialPort PORT = new VirtSerialPort();
    private static final VirtConsole CONSOLE = new VirtConsole();

    /** A bench with a console 0 on "c0" and an open port 1 on "c1", whose peers are there. */
    private static SerialBench bench(boolean modern) throws DeviceException {
        SerialBench bench = new SerialBench(modern);
        bench.plug(CONSOLE, "chardev", "c0");
        bench.plug(PORT, "id", "p1", "chardev", "c1");
        bench.chardevs[0].connect();
        bench.chardevs[1].connect();
        bench.bringUpAndOpen(0, 1);
        return bench;
    }

    @Test
    void theGuestWrites() throws DeviceException {
        for (boolean modern : new boolean[] {false, true}) {
            SerialBench bench = bench(modern);
            assertThat(bench.write(1, "meow")).isEqualTo(1);
            assertThat(bench.write(0, "login: ")).isEqualTo(1);
            assertThat(bench.chardevs[1].takeSent()).isEqualTo("meow");
            assertThat(bench.chardevs[0].takeSent()).isEqualTo("login: ");
            bench.output(1)
                    .chain()
                    .readable("a".getBytes())
                    .readable("bc".getBytes())
                    .add();
            bench.output(1).chain().writable(10).add();
            bench.output(1).send("d".getBytes());
            bench.output(1).kick();
            assertThat(bench.output(1).takeAll()).hasSize(3);
            assertThat(bench.chardevs[1].takeSent()).isEqualTo("abcd");
            assertThat(bench.bench.line("INTA").high()).isTrue();
        }
    }

    @Test
    void theGuestReads() throws DeviceException {
        for (boolean modern : new boolean[] {false, true}) {
            SerialBench bench = bench(modern);
            bench.offer(1, 4, 100);
            bench.chardevs[1].type("abcdef");
            assertThat(bench.read(1)).isEqualTo("abcd|ef|");
            bench.chardevs[1].type("waits");
            assertThat(bench.chardevs[1].waiting()).isEqualTo(5);
            bench.offer(1, 2);
            assertThat(bench.chardevs[1].waiting()).isEqualTo(3);
            bench.offer(1, 0, 100);
            assertThat(bench.read(1)).isEqualTo("wa||its|");
            assertThat(bench.chardevs[1].waiting()).isZero();
        }
    }

    @Test
    void aPortThatTheGuestHasClosedLetsTheHostWait() throws DeviceException {
        SerialBench bench = bench(true);
        bench.offer(1, 100);
        bench.tell(1, ControlEvent.PORT_OPEN, 0);
        bench.tell(1, ControlEvent.PORT_OPEN, 0);
        bench.chardevs[1].type("hello");
        assertThat(bench.read(1)).isEmpty();
        bench.tell(1, ControlEvent.PORT_OPEN, 1);
        assertThat(bench.read(1)).isEqualTo("hello|");
        assertThat(bench.takeEvents())
                .containsExactly(
                        "VSERPORT_CHANGE {id=p1, open=true}",
                        "VSERPORT_CHANGE {id=p1, open=false}",
                        "VSERPORT_CHANGE {id=p1, open=true}");
    }

    @Test
    void whatIsWrittenToAHostThatIsNotThereIsDropped() throws DeviceException {
        SerialBench bench = bench(true);
        bench.chardevs[1].disconnect();
        assertThat(bench.write(1, "to nobody")).isEqualTo(1);
        assertThat(bench.chardevs[1].takeSent()).isEmpty();
        bench.chardevs[0].disconnect();
        assertThat(bench.write(0, "console")).isEqualTo(1);
        assertThat(bench.chardevs[0].takeSent())
                .as("the chardev knows what to do")
                .isEqualTo("console");
    }

    @Test
    void theGuestWaitsForTheHost() throws DeviceException {
        SerialBench bench = bench(true);
        bench.chardevs[1].room(10);
        assertThat(bench.write(1, "0123456")).isEqualTo(1);
        assertThat(bench.write(1, "789abcdef")).isZero();
        assertThat(bench.write(1, "more")).isZero();
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("0123456789");
        bench.chardevs[1].room(3);
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("abc");
        bench.chardevs[1].room(1000);
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("defmore");
        assertThat(bench.output(1).takeAll()).hasSize(2);
    }

    @Test
    void aHostThatGoesWhileTheGuestWaitsSetsItFree() throws DeviceException {
        SerialBench bench = bench(true);
        bench.chardevs[1].room(2);
        bench.write(1, "abcd");
        bench.write(1, "ef");
        bench.chardevs[1].disconnect();
        assertThat(bench.output(1).takeAll()).hasSize(2);
        bench.chardevs[1].connect();
        bench.chardevs[1].room(100);
        assertThat(bench.write(1, "new")).isEqualTo(1);
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("abnew");
    }

    @Test
    void aPortThatGoesWhileTheGuestWaitsSetsItFree() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        Device<Port.State> port = bench.plug(PORT, "chardev", "c1");
        bench.chardevs[1].connect();
        bench.bringUpAndOpen(1);
        bench.chardevs[1].room(2);
        bench.write(1, "abcd");
        bench.write(1, "ef");
        bench.hotUnplug(port);
        assertThat(bench.output(1).takeAll()).hasSize(2);
        assertThat(bench.heard()).containsExactly("1 remove 1");
    }

    @Test
    void aConsoleDoesNotWait() throws DeviceException {
        SerialBench bench = bench(true);
        bench.chardevs[0].room(3);
        assertThat(bench.write(0, "abcdef")).isEqualTo(1);
        assertThat(bench.chardevs[0].takeSent()).isEqualTo("abc");
        bench.chardevs[0].room(100);
        assertThat(bench.write(0, "g")).isEqualTo(1);
        assertThat(bench.chardevs[0].takeSent()).isEqualTo("g");
    }

    @Test
    void muchIsDoneInTurns() throws DeviceException {
        SerialBench bench = bench(true);
        byte[] much = new byte[100_000];
        bench.output(1).send(much);
        for (int i = 0; i < 100; i++) {
            bench.output(1).send(new byte[1]);
        }
        bench.output(1).kick();
        assertThat(bench.chardevs[1].sentCount()).isEqualTo(1 << 16);
        bench.output(1).kick();
        assertThat(bench.chardevs[1].sentCount()).isEqualTo(1 << 16);
        bench.bench.machine().runTasks();
        assertThat(bench.chardevs[1].takeSent()).hasSize(100_100);
        assertThat(bench.output(1).takeAll()).hasSize(101);
    }

    /** Two gigabytes in a chain, over and over the same RAM. */
    @Test
    void aChainOfGigabytesHoldsNobodyUp() throws DeviceException {
        SerialBench bench = bench(true);
        VirtioDriverBench.Queue queue = bench.output(1);
        for (int i = 0; i < 127; i++) {
            queue.descriptor(i, 0, 16 << 20, i < 126 ? VirtioDriverBench.NEXT : 0, i + 1);
        }
        queue.available(0);
        bench.chardevs[1].room(1 << 20);
        queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.chardevs[1].takeSent()).hasSize(1 << 20);
        bench.chardevs[1].disconnect();
        bench.bench.machine().runTasks();
        assertThat(bench.cards.ram().getShort(queue.usedRing() + 2)).isEqualTo(1);
    }

    @Test
    void aDriverThatKnowsOnePortHasTheConsole() throws DeviceException {
        for (boolean modern : new boolean[] {false, true}) {
            SerialBench bench = new SerialBench(modern);
            bench.plug(CONSOLE, "id", "k", "chardev", "c0");
            bench.bringUp(~VirtioSerial.MULTIPORT);
            assertThat(bench.takeEvents()).containsExactly("VSERPORT_CHANGE {id=k, open=true}");
            assertThat(bench.write(0, "login: ")).isEqualTo(1);
            assertThat(bench.chardevs[0].takeSent()).isEqualTo("login: ");
            bench.offer(0, 10);
            bench.chardevs[0].type("root");
            assertThat(bench.read(0)).isEqualTo("root|");
        }
        SerialBench later = new SerialBench(true);
        later.bringUp(~VirtioSerial.MULTIPORT);
        later.hotplug(CONSOLE, "chardev", "c0");
        later.offer(0, 10);
        later.chardevs[0].type("root");
        assertThat(later.read(0)).isEqualTo("root|");
    }

    @Test
    void oneIsAllThatThereMayBe() throws DeviceException {
        SerialBench bench = new SerialBench(true, "max_ports", "1");
        bench.plug(CONSOLE, "chardev", "c0");
        assertThat(bench.driver.offered() & VirtioSerial.MULTIPORT).isZero();
        bench.bringUp(-1);
        bench.write(0, "x");
        assertThat(bench.chardevs[0].takeSent()).isEqualTo("x");
    }

    @Test
    void aGuestWithoutADriverCanCryOut() throws DeviceException {
        SerialBench bench = new SerialBench(false, "emergency-write", "on");
        bench.driver.setConfig(8, 1, '?');
        bench.plug(PORT, "chardev", "c1");
        bench.plug(CONSOLE, "chardev", "c0");
        bench.driver.setConfig(8, 1, 'H');
        bench.driver.setConfig(8, 4, 'i');
        bench.driver.setConfig(0, 4, 77);
        assertThat(bench.chardevs[0].takeSent()).isEqualTo("Hi");
        SerialBench without = new SerialBench(false);
        without.plug(CONSOLE, "chardev", "c0");
        without.driver.setConfig(0, 4, -1);
        assertThat(without.chardevs[0].takeSent()).isEmpty();
    }

    @Test
    void portsWithoutChardevSwallow() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(CONSOLE);
        bench.plug(PORT);
        bench.bringUpAndOpen(0, 1);
        assertThat(bench.write(0, "x")).isEqualTo(1);
        assertThat(bench.write(1, "x")).isEqualTo(1);
    }

    /** What waited at the chardev while the port was exchanged comes all the same. */
    @Test
    void aPortMadeAnewGoesOn() throws DeviceException, StateException {
        SerialBench bench = new SerialBench(true);
        Device<Port.State> port = bench.plug(PORT, "chardev", "c1", "nr", "1");
        bench.chardevs[1].connect();
        bench.bringUpAndOpen(1);
        bench.chardevs[1].room(2);
        bench.write(1, "abcd");
        bench.offer(1, 10);
        byte[] state = StateCodec.encode(port.save());
        port.close();
        bench.chardevs[1].type("typed");
        bench.chardevs[1].room(10);
        Device<Port.State> anew = bench.plug(PORT, "chardev", "c1", "nr", "1");
        anew.restore(StateCodec.decode(Port.State.class, state));
        bench.bench.machine().runTasks();
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("abcd");
        assertThat(bench.read(1)).isEqualTo("typed|");
        assertThat(bench.heard()).as("nothing that the guest does not know").isEmpty();
    }

    @Test
    void aPortMadeAnewTellsWhatHasChanged() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        Device<Port.State> port = bench.plug(PORT, "chardev", "c1", "nr", "1");
        bench.chardevs[1].connect();
        bench.bringUpAndOpen(1);
        Port.State state = port.save();
        port.close();
        bench.chardevs[1].disconnect();
        bench.plug(PORT, "chardev", "c1", "nr", "1").restore(state);
        assertThat(bench.heard()).containsExactly("1 open 0");
    }
}
