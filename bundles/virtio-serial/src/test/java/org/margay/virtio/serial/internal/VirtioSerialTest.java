package org.margay.virtio.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;
import org.margay.pci.PciDevice;
import org.margay.pci.PciRegister;
import org.margay.qmp.QmpException;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** The device, its bus, and what driver and device tell each other. */
class VirtioSerialTest {
    private static final VirtSerialPort PORT = new VirtSerialPort();
    private static final VirtConsole CONSOLE = new VirtConsole();

    private static String identity(Device<?> card) {
        var pci = ((PciDevice<?>) card).pci();
        return "%04x:%04x class %04x subsystem %04x bars %s"
                .formatted(
                        pci.readConfig(PciRegister.VENDOR_ID, 2),
                        pci.readConfig(PciRegister.DEVICE_ID, 2),
                        pci.readConfig(PciRegister.REVISION, 4) >>> 16,
                        pci.readConfig(PciRegister.SUBSYSTEM_ID, 2),
                        pci.bars().stream()
                                .map(bar -> "%d %#x"
                                        .formatted(bar.index(), bar.region().size()))
                                .toList());
    }

    @Test
    void identity() {
        assertThat(identity(new SerialBench(false).serial))
                .isEqualTo("1af4:1003 class 0780 subsystem 0003 bars [0 0x20, 1 0x1000, 4 0x4000]");
        assertThat(identity(new SerialBench(false, "class", "0x380", "emergency-write", "on").serial))
                .isEqualTo("1af4:1003 class 0380 subsystem 0003 bars [0 0x40, 1 0x1000, 4 0x4000]");
        assertThat(identity(new SerialBench(true, "class", "0x200", "disable-legacy", "on").serial))
                .isEqualTo("1af4:1043 class 0780 subsystem 1100 bars [1 0x1000, 4 0x4000]");
    }

    @Test
    void propertiesAreChecked() {
        CardBench cards = CardBench.of(new DeviceBench());
        assertThatThrownBy(() -> cards.plug(new VirtioSerialPci(), cards.bus(), Map.of("max_ports", "0")))
                .hasMessage("Maximum number of serial ports not specified");
        assertThatThrownBy(() -> cards.plug(new VirtioSerialPci(), cards.bus(), Map.of("max_ports", "512")))
                .hasMessage("maximum ports supported: 511");
        assertThat(cards.plugMapped(new VirtioSerialPci(), Map.of("max_ports", "511")))
                .isNotNull();
    }

    @Test
    void busesHaveNames() throws DeviceException {
        CardBench cards = CardBench.of(new DeviceBench());
        var buses = cards.bench().machine().buses();
        Device<?> first = cards.plug(new VirtioSerialPci(), cards.bus(), Map.of());
        Device<?> second = cards.plug(new VirtioSerialPci(), cards.bus(), Map.of());
        cards.plug(new VirtioSerialPci(), cards.bus(), Map.of("id", "vs"));
        assertThat(buses.all())
                .extracting("name")
                .containsExactly("pci.0", "virtio-serial-bus.0", "virtio-serial-bus.1", "vs.0");
        assertThat(buses.find("virtio-serial-bus.1").orElseThrow().owner()).containsSame(second);
        first.close();
        assertThat(buses.find("virtio-serial-bus.0")).isEmpty();
        cards.plug(new VirtioSerialPci(), cards.bus(), Map.of());
        assertThat(buses.find("virtio-serial-bus.0")).isPresent();
        assertThatThrownBy(() -> cards.plug(new VirtioSerialPci(), cards.bus(), Map.of("id", "pci")))
                .hasMessage("There is a bus 'pci.0' already");
    }

    @Test
    void portsHaveNumbers() throws DeviceException {
        SerialBench bench = new SerialBench(true, "max_ports", "5");
        assertThat(bench.bus().placeOf(bench.plug(PORT))).isEqualTo(Map.of("nr", "1"));
        assertThat(bench.bus().placeOf(bench.plug(CONSOLE))).isEqualTo(Map.of("nr", "0"));
        assertThat(bench.bus().placeOf(bench.plug(CONSOLE))).isEqualTo(Map.of("nr", "2"));
        assertThat(bench.bus().placeOf(bench.plug(PORT, "nr", "4"))).isEqualTo(Map.of("nr", "4"));
        assertThat(bench.bus().hasRoom()).isTrue();
        Device<Port.State> last = bench.plug(PORT);
        assertThat(bench.bus().placeOf(last)).isEqualTo(Map.of("nr", "3"));
        assertThat(bench.bus().hasRoom()).isFalse();
        assertThatThrownBy(() -> bench.plug(PORT))
                .hasMessage("virtio-serial-bus: Maximum port limit for this device reached");
        last.close();
        assertThat(bench.bus().placeOf(bench.plug(PORT, "nr", "3"))).isEqualTo(Map.of("nr", "3"));
    }

    @Test
    void portsThatCannotBe() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(PORT, "id", "p1", "name", "org.x", "nr", "2", "chardev", "c0");
        assertThatThrownBy(() -> bench.plug(PORT, "nr", "2"))
                .hasMessage("virtio-serial-bus: A port already exists at id 2");
        assertThatThrownBy(() -> bench.plug(PORT, "name", "org.x"))
                .hasMessage("virtio-serial-bus: A port already exists by name org.x");
        assertThatThrownBy(() -> bench.plug(PORT, "nr", "31"))
                .hasMessage("virtio-serial-bus: Out-of-range port id specified, max. allowed: 30");
        assertThatThrownBy(() -> bench.plug(PORT, "nr", "0"))
                .hasMessageStartingWith("Port number 0 on virtio-serial devices reserved for virtconsole devices");
        assertThatThrownBy(() -> bench.plug(PORT, "nr", "4294967295")).hasMessageContaining("max. allowed: 30");
        assertThatThrownBy(() -> bench.plug(PORT, "nr", "-1")).hasMessageContaining("virtserialport.nr");
        assertThatThrownBy(() -> bench.plug(PORT, "chardev", "c0"))
                .hasMessage("Property 'virtserialport.chardev' can't take value 'c0', it's in use");
        assertThatThrownBy(() -> bench.plug(PORT, "chardev", "nope")).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> bench.plug(PORT, "cols", "80")).isInstanceOf(DeviceException.class);
        assertThat(bench.bus().placeOf(bench.plug(PORT, "nr", "1")))
                .as("none of them is there")
                .isEqualTo(Map.of("nr", "1"));
    }

    @Test
    void theDriverHearsOfPorts() throws DeviceException {
        for (boolean modern : new boolean[] {false, true}) {
            SerialBench bench = new SerialBench(modern, "max_ports", "4");
            bench.chardevs[2].connect();
            bench.plug(CONSOLE, "chardev", "c0");
            bench.plug(PORT, "name", "org.margay.a", "chardev", "c1");
            bench.plug(PORT, "chardev", "c2");
            bench.bringUp(-1);
            assertThat(bench.driver.config(4, 4)).isEqualTo(4);
            assertThat(bench.heard()).containsExactly("0 add 1", "1 add 1", "2 add 1");
            bench.tell(0, ControlEvent.PORT_READY, 1);
            assertThat(bench.heard()).containsExactly("0 console 1", "0 open 1");
            bench.tell(1, ControlEvent.PORT_READY, 1);
            assertThat(bench.heard()).containsExactly("1 name 1 org.margay.a$");
            bench.tell(2, ControlEvent.PORT_READY, 1);
            assertThat(bench.heard()).containsExactly("2 open 1");
            bench.tell(3, ControlEvent.PORT_READY, 1);
            bench.tell(99, ControlEvent.PORT_OPEN, 1);
            bench.tell(2, ControlEvent.PORT_READY, 0);
            bench.tell(2, 1234, 1);
            assertThat(bench.heard()).isEmpty();
        }
    }

    @Test
    void theDriverHearsOfTheHost() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(CONSOLE, "chardev", "c0");
        bench.plug(PORT, "chardev", "c1");
        bench.bringUp(-1);
        bench.heard();
        bench.chardevs[1].connect();
        assertThat(bench.heard()).as("the driver does not have it yet").isEmpty();
        bench.tell(0, ControlEvent.PORT_READY, 1);
        bench.tell(1, ControlEvent.PORT_READY, 1);
        assertThat(bench.heard()).containsExactly("0 console 1", "0 open 1", "1 open 1");
        bench.chardevs[1].disconnect();
        bench.chardevs[0].connect();
        bench.chardevs[0].disconnect();
        assertThat(bench.heard()).as("a console stays open").containsExactly("1 open 0");
        bench.chardevs[1].connect();
        assertThat(bench.heard()).containsExactly("1 open 1");
    }

    @Test
    void portsComeAndGo() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.bringUp(-1);
        assertThat(bench.heard()).isEmpty();
        Device<Port.State> port = bench.hotplug(PORT, "id", "p1", "chardev", "c1", "name", "x");
        assertThat(bench.heard()).containsExactly("1 add 1");
        bench.tell(1, ControlEvent.PORT_READY, 1);
        assertThat(bench.heard()).containsExactly("1 name 1 x$");
        bench.hotUnplug(port);
        assertThat(bench.heard()).containsExactly("1 remove 1");
        assertThat(bench.chardevs[1].attached()).isFalse();
        assertThat(bench.write(1, "to nobody")).isEqualTo(1);
        bench.hotplug(CONSOLE, "nr", "1", "chardev", "c1");
        bench.tell(1, ControlEvent.PORT_READY, 1);
        assertThat(bench.heard()).containsExactly("1 add 1", "1 console 1", "1 open 1");
    }

    @Test
    void aPortThatComesBeforeTheDriverIsToldOnce() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.hotplug(PORT);
        bench.bringUp(-1);
        assertThat(bench.heard()).containsExactly("1 add 1");
        bench.tell(-1, ControlEvent.DEVICE_READY, 0);
        bench.hotplug(PORT);
        assertThat(bench.heard()).as("a driver that gave up").isEmpty();
    }

    @Test
    void theSizeOfAConsole() throws DeviceException, QmpException {
        SerialBench bench = new SerialBench(true);
        Device<Port.State> console = bench.plug(CONSOLE, "cols", "132", "rows", "43", "chardev", "c0");
        bench.bringUp(-1);
        bench.heard();
        bench.tell(0, ControlEvent.PORT_READY, 1);
        assertThat(bench.heard()).containsExactly("0 console 1", "0 resize 0 132x43", "0 open 1");
        ObjectProperty columns = property(console, "cols");
        columns.setter().set(80L);
        assertThat(columns.getter().get()).isEqualTo(80);
        assertThat(bench.heard()).containsExactly("0 resize 0 80x43");
        assertThat(bench.driver.config(0, 2)).isEqualTo(80);
        assertThat(bench.driver.config(2, 2)).isEqualTo(43);
        assertThat(bench.driver.takeIsr() & 2).as("configuration changed").isEqualTo(2);
        property(console, "rows").setter().set(0L);
        assertThat(bench.heard()).as("not known any more").isEmpty();
        assertThatThrownBy(() -> columns.setter().set(65536L)).hasMessage("Parameter 'cols' expects uint16_t");
        assertThatThrownBy(() -> columns.setter().set("x"))
                .hasMessage("Invalid parameter type for 'cols', expected: int");
        assertThat(property(bench.plug(PORT), "nr").getter().get()).isEqualTo(1);
    }

    private static ObjectProperty property(Device<?> device, String name) {
        return device.properties().stream()
                .filter(property -> property.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void messagesWaitForBuffers() throws DeviceException {
        SerialBench bench = new SerialBench(true, "max_ports", "40");
        for (int i = 1; i < 40; i++) {
            bench.plug(PORT);
        }
        bench.bringUp(-1);
        assertThat(bench.heard()).hasSize(32);
        assertThat(bench.heard())
                .containsExactly("33 add 1", "34 add 1", "35 add 1", "36 add 1", "37 add 1", "38 add 1", "39 add 1");
    }

    @Test
    void onlyTheLastOfAPeersComingsAndGoingsWaits() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(PORT, "chardev", "c1");
        bench.bringUpAndOpen(1);
        for (int i = 0; i < 5000; i++) {
            bench.chardevs[1].connect();
            bench.chardevs[1].disconnect();
        }
        bench.chardevs[1].connect();
        assertThat(bench.heard()).hasSize(32);
        assertThat(bench.heard()).containsExactly("1 open 1");
    }

    @Test
    void aDriverThatAsksWithoutEndGetsNoMore() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(CONSOLE, "chardev", "c0", "name", "x");
        bench.bringUp(-1);
        for (int i = 0; i < 3000; i++) {
            bench.tell(0, ControlEvent.PORT_READY, 1);
        }
        assertThat(bench.serial.save().device().control().waiting()).hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void messagesOfTheDriverMayBeAnything() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(PORT, "chardev", "c0");
        bench.bringUp(-1);
        bench.heard();
        bench.queue(SerialBench.FROM_DRIVER).send(new byte[7]);
        bench.queue(SerialBench.FROM_DRIVER).offer(8);
        for (int i = 0; i < 30; i++) {
            bench.queue(SerialBench.FROM_DRIVER).send(new byte[] {1, 0, 0, 0, 6, 0, 1, 0});
        }
        bench.queue(SerialBench.FROM_DRIVER).kick();
        bench.bench.machine().runTasks();
        assertThat(bench.queue(SerialBench.FROM_DRIVER).takeAll()).hasSize(32);
        // Too small for a message: it gets what fits.
        SerialBench small = new SerialBench(true);
        small.plug(PORT);
        small.bringUp(0);
        small.driver.negotiate(-1);
        for (int i = 0; i < 4; i++) {
            small.queues.put(i, small.driver.queue(i));
        }
        small.driver.ready();
        small.queue(SerialBench.TO_DRIVER).offer(3);
        small.tell(-1, ControlEvent.DEVICE_READY, 1);
        assertThat(small.queue(SerialBench.TO_DRIVER).take().length()).isEqualTo(3);
    }

    @Test
    void aResetForgetsTheDriver() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(PORT, "id", "p1", "chardev", "c1");
        bench.bringUpAndOpen(1);
        assertThat(bench.takeEvents()).containsExactly("VSERPORT_CHANGE {id=p1, open=true}");
        bench.driver.setStatus(0);
        assertThat(bench.takeEvents()).containsExactly("VSERPORT_CHANGE {id=p1, open=false}");
        bench.chardevs[1].connect();
        bench.bringUp(-1);
        assertThat(bench.heard()).containsExactly("1 add 1");
        assertThat(new PortEvents().events()).containsExactly("VSERPORT_CHANGE");
    }

    @Test
    void oneBrokenRingStopsTheDevice() throws DeviceException {
        SerialBench bench = new SerialBench(true);
        bench.plug(PORT, "chardev", "c1");
        bench.chardevs[1].connect();
        bench.bringUpAndOpen(1);
        bench.output(1).setAvailableIndex(30_000);
        bench.output(1).kick();
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
        bench.bringUpAndOpen(1);
        bench.write(1, "again");
        assertThat(bench.chardevs[1].takeSent()).isEqualTo("again");
    }
}
