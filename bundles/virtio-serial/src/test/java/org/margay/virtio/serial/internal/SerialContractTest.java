package org.margay.virtio.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.chardev.Chardev;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;
import org.margay.virtio.VirtqueueElement;

/** The contract of devices, kept by a serial device with a console and a port. */
abstract class SerialContractTest extends DeviceContract<SerialContractTest.State> {
    private final boolean modern;

    SerialContractTest(boolean modern) {
        this.modern = modern;
    }

    static class LegacyTest extends SerialContractTest {
        LegacyTest() {
            super(false);
        }
    }

    static class ModernTest extends SerialContractTest {
        ModernTest() {
            super(true);
        }
    }

    /** All three. */
    record State(VirtioSerialPci.State serial, Port.State console, Port.State port) {}

    /** Takes them for one device, in the order in which the machine has them. */
    record Trio(Device<VirtioSerialPci.State> serial, Device<Port.State> console, Device<Port.State> port)
            implements Device<State> {
        @Override
        public void reset() {
            serial.reset();
            console.reset();
            port.reset();
        }

        @Override
        public State save() {
            return new State(serial.save(), console.save(), port.save());
        }

        @Override
        public void restore(State state) {
            if (state.serial == null || state.console == null || state.port == null) {
                throw new IllegalArgumentException("parts");
            }
            serial.restore(state.serial);
            console.restore(state.console);
            port.restore(state.port);
        }

        @Override
        public void close() {
            port.close();
            console.close();
            serial.close();
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
        SerialBench.addChardevs(bench);
    }

    @Override
    protected Device<State> create(DeviceBench bench) {
        CardBench cards = CardBench.of(bench);
        Device<VirtioSerialPci.State> serial =
                cards.plugMapped(new VirtioSerialPci(), Map.of("id", "vs", "max_ports", "2"));
        Bus bus = bench.machine().buses().find("vs.0").orElseThrow();
        try {
            return new Trio(
                    serial,
                    cards.plug(new VirtConsole(), bus, Map.of("chardev", "c0", "cols", "80", "rows", "25")),
                    cards.plug(new VirtSerialPort(), bus, Map.of("chardev", "c1", "name", "x", "id", "p1")));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    private static FakeChardev chardev(DeviceBench bench, int number) {
        return (FakeChardev)
                bench.machine().backends().find(Chardev.class, "c" + number).orElseThrow();
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
        for (int i = 0; i < 2; i++) {
            chardev(to, i).copy(chardev(from, i));
        }
    }

    @Override
    protected Class<State> stateType() {
        return State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<State> device) {
        FakeChardev chardev = chardev(bench, random.nextInt(2));
        switch (random.nextInt(5)) {
            case 0 -> chardev.connect();
            case 1 -> chardev.disconnect();
            case 2 -> {
                if (chardev.waiting() < 1000) {
                    chardev.type(new byte[random.nextInt(100)]);
                }
            }
            case 3 -> chardev.room(random.nextInt(300));
            default -> drive(random, bench, ((Trio) device).serial());
        }
    }

    private void drive(Random random, DeviceBench bench, Device<?> serial) {
        CardBench cards = CardBench.of(bench);
        CardBench.map(((PciDevice<?>) serial).pci());
        VirtioDriverBench driver = SerialBench.driver(cards, serial, modern);
        driver.negotiate(random.nextInt(4) == 0 ? ~VirtioSerial.MULTIPORT : -1);
        VirtioDriverBench.Queue[] queues = new VirtioDriverBench.Queue[6];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = driver.queue(i);
        }
        driver.ready();
        queues[SerialBench.FROM_DRIVER].send(new byte[] {0, 0, 0, 0, ControlEvent.DEVICE_READY, 0, 1, 0});
        for (byte port = 0; port < 2; port++) {
            queues[SerialBench.FROM_DRIVER].send(new byte[] {port, 0, 0, 0, ControlEvent.PORT_READY, 0, 1, 0});
            queues[SerialBench.FROM_DRIVER].send(
                    new byte[] {port, 0, 0, 0, ControlEvent.PORT_OPEN, 0, (byte) random.nextInt(2), 0});
        }
        queues[SerialBench.FROM_DRIVER].kick();
        for (int i = random.nextInt(20); i > 0; i--) {
            int queue = random.nextInt(queues.length);
            if (queue == SerialBench.FROM_DRIVER || queue == 1 || queue == 5) {
                queues[queue].send(new byte[random.nextInt(500)]);
            } else {
                queues[queue].offer(random.nextInt(60));
            }
            queues[queue].kick();
        }
        if (random.nextInt(8) == 0) {
            int queue = random.nextInt(queues.length);
            queues[queue].setAvailableIndex(random.nextInt(1 << 16));
            queues[queue].kick();
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<State> device) {
        State state = device.save();
        assertThat(state.serial.transport().core().status()).isZero();
        assertThat(state.serial.device().control().driverReady()).isFalse();
        assertThat(state.serial.device().control().waiting()).isEmpty();
        for (Port.State port : List.of(state.console, state.port)) {
            assertThat(port.ready()).isFalse();
            assertThat(port.guestOpen()).isFalse();
            assertThat(port.telling()).isFalse();
            assertThat(port.output()).isEqualTo(new GuestOutput.State(null, 0, false, false));
        }
    }

    @Override
    protected List<HostileState<State>> hostileStates() {
        return List.of(
                good -> new State(new VirtioSerialPci.State(good.serial.transport(), null), good.console, good.port),
                good -> new State(new VirtioSerialPci.State(null, good.serial.device()), good.console, good.port),
                good -> withControl(good, null),
                good -> withControl(good, new ControlQueue.State(true, null, false)),
                good -> withControl(
                        good,
                        new ControlQueue.State(
                                true, Collections.nCopies(4097, new ControlQueue.Message(0, 0, 0)), false)),
                good -> withOutput(good, null),
                good -> withOutput(good, new GuestOutput.State(null, -1, false, false)),
                good -> withOutput(
                        good,
                        new GuestOutput.State(
                                new VirtqueueElement.State(500, new long[0], new int[0], 0), 0, false, false)));
    }

    private static State withControl(State good, ControlQueue.State control) {
        return new State(
                new VirtioSerialPci.State(good.serial.transport(), new VirtioSerial.State(control)),
                good.console,
                good.port);
    }

    private static State withOutput(State good, GuestOutput.State output) {
        return new State(good.serial, good.console, new Port.State(true, true, true, false, output));
    }
}
