package org.margay.virtio.serial.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.margay.chardev.Chardev;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** A serial device "vs" on a bench, chardevs "c0" to "c2", and a guest's driver. */
final class SerialBench {
    static final int TO_DRIVER = 2;
    static final int FROM_DRIVER = 3;

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = CardBench.of(bench);
    final FakeChardev[] chardevs = addChardevs(bench);
    final Device<VirtioSerialPci.State> serial;
    final VirtioDriverBench driver;
    final Map<Integer, VirtioDriverBench.Queue> queues = new HashMap<>();
    final boolean modern;

    /**
     * Plugs a device in; ports may follow, then {@link #bringUp}.
     *
     * @param properties name, value, name, value
     */
    SerialBench(boolean modern, String... properties) {
        this.modern = modern;
        Map<String, String> given = properties("id", "vs");
        given.putAll(properties(properties));
        serial = cards.plugMapped(new VirtioSerialPci(), given);
        driver = driver(cards, serial, modern);
    }

    static Map<String, String> properties(String... properties) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        return given;
    }

    static FakeChardev[] addChardevs(DeviceBench bench) {
        FakeChardev[] all = {new FakeChardev("c0"), new FakeChardev("c1"), new FakeChardev("c2")};
        for (FakeChardev chardev : all) {
            try {
                bench.machine().backends().add(Chardev.class, chardev.label(), chardev);
            } catch (DeviceException e) {
                throw new AssertionError(e);
            }
        }
        return all;
    }

    static VirtioDriverBench driver(CardBench cards, Device<?> card, boolean modern) {
        var pci = ((PciDevice<?>) card).pci();
        return modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }

    Bus bus() {
        return bench.machine().buses().find("vs.0").orElseThrow();
    }

    /** Plugs a port in, as -device does. */
    Device<Port.State> plug(DeviceDriver<?, Port.State> port, String... properties) throws DeviceException {
        return cards.plug(port, bus(), properties(properties));
    }

    /** Plugs a port in, as device_add does. */
    Device<Port.State> hotplug(DeviceDriver<?, Port.State> port, String... properties) throws DeviceException {
        Device<Port.State> made = plug(port, properties);
        made.reset();
        bus().hotplugged(made);
        return made;
    }

    /** Unplugs a port, as device_del does. */
    void hotUnplug(Device<Port.State> port) {
        if (!bus().askToRelease(port, () -> {})) {
            throw new AssertionError("ports need not ask");
        }
        port.close();
    }

    /** The guest's driver comes: it has queues, and buffers for what it may be told. */
    void bringUp(long features) {
        queues.clear();
        driver.negotiate(features);
        boolean multiport = (driver.features() & VirtioSerial.MULTIPORT) != 0;
        int ports = multiport ? (int) driver.config(4, 4) : 1;
        for (int i = 0; i < (multiport ? 2 * ports + 2 : 2); i++) {
            queues.put(i, driver.queue(i));
        }
        driver.ready();
        if (multiport) {
            for (int i = 0; i < 32; i++) {
                queue(TO_DRIVER).offer(64);
            }
            queue(TO_DRIVER).kick();
            tell(-1, ControlEvent.DEVICE_READY, 1);
        }
    }

    /** As {@link #bringUp}, and it sets up and opens the ports. */
    void bringUpAndOpen(int... ports) {
        bringUp(-1);
        for (int port : ports) {
            tell(port, ControlEvent.PORT_READY, 1);
            tell(port, ControlEvent.PORT_OPEN, 1);
        }
        heard();
    }

    VirtioDriverBench.Queue queue(int number) {
        return queues.get(number);
    }

    VirtioDriverBench.Queue input(int port) {
        return queue(port == 0 ? 0 : 2 * port + 2);
    }

    VirtioDriverBench.Queue output(int port) {
        return queue(port == 0 ? 1 : 2 * port + 3);
    }

    /** The driver tells the device. */
    void tell(int port, int event, int value) {
        queue(FROM_DRIVER)
                .send(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(port)
                        .putShort((short) event)
                        .putShort((short) value)
                        .array());
        queue(FROM_DRIVER).kick();
        bench.machine().runTasks();
        queue(FROM_DRIVER).takeAll();
    }

    /** What the device told the driver, which gives its buffers again: "port event value rest". */
    List<String> heard() {
        bench.machine().runTasks();
        List<String> messages = new ArrayList<>();
        for (VirtioDriverBench.Used used : queue(TO_DRIVER).takeAll()) {
            ByteBuffer content = ByteBuffer.wrap(used.written()).order(ByteOrder.LITTLE_ENDIAN);
            StringBuilder text = new StringBuilder();
            text.append(content.getInt())
                    .append(' ')
                    .append(
                            switch (content.getShort()) {
                                case ControlEvent.DEVICE_ADD -> "add";
                                case ControlEvent.DEVICE_REMOVE -> "remove";
                                case ControlEvent.CONSOLE_PORT -> "console";
                                case ControlEvent.RESIZE -> "resize";
                                case ControlEvent.PORT_OPEN -> "open";
                                case ControlEvent.PORT_NAME -> "name";
                                default -> "?";
                            });
            text.append(' ').append(content.getShort());
            if (text.indexOf("resize") > 0) {
                text.append(' ').append(content.getShort()).append('x').append(content.getShort());
            } else if (content.hasRemaining()) {
                text.append(' ')
                        .append(StandardCharsets.US_ASCII
                                .decode(content)
                                .toString()
                                .replace('\0', '$'));
            }
            messages.add(text.toString());
            queue(TO_DRIVER).offer(64);
        }
        queue(TO_DRIVER).kick();
        bench.machine().runTasks();
        return messages;
    }

    /** The guest writes to a port; gives how many of its buffers came back. */
    int write(int port, String text) {
        output(port).send(text.getBytes(StandardCharsets.ISO_8859_1));
        output(port).kick();
        return output(port).takeAll().size();
    }

    /** The guest offers buffers to read from a port. */
    void offer(int port, int... lengths) {
        for (int length : lengths) {
            input(port).offer(length);
        }
        input(port).kick();
        bench.machine().runTasks();
    }

    /** What the guest has read. */
    String read(int port) {
        StringBuilder text = new StringBuilder();
        for (VirtioDriverBench.Used used : input(port).takeAll()) {
            text.append(new String(used.written(), StandardCharsets.ISO_8859_1)).append('|');
        }
        return text.toString();
    }

    /** Events since the last call. */
    List<String> takeEvents() {
        List<String> taken = List.copyOf(bench.machine().requests());
        bench.machine().requests().clear();
        return taken;
    }
}
