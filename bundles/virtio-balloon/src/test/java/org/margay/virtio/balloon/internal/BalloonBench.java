package org.margay.virtio.balloon.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.margay.machine.Device;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.plan.MemorySize;
import org.margay.pci.PciDevice;
import org.margay.qmp.QmpException;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** A balloon on a bench, with a guest's driver. */
final class BalloonBench {
    static final int INFLATE = 0;
    static final int DEFLATE = 1;
    static final int STATISTICS = 2;
    static final int REPORTING = 3;

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = cards(bench);
    final Device<VirtioBalloonPci.State> card;
    final VirtioDriverBench driver;
    VirtioDriverBench.Queue inflate;
    VirtioDriverBench.Queue deflate;
    VirtioDriverBench.Queue statistics;

    /**
     * Brings a device up.
     *
     * @param properties name, value, name, value
     */
    BalloonBench(boolean modern, String... properties) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        card = cards.plugMapped(new VirtioBalloonPci(), given);
        driver = driver(cards, card, modern);
        driver.negotiate(-1);
        inflate = driver.queue(INFLATE);
        deflate = driver.queue(DEFLATE);
        statistics = driver.queue(STATISTICS);
        driver.ready();
        bench.machine().runTasks();
    }

    /** The cards of a bench, on a machine with as much memory as the bench has. */
    static CardBench cards(DeviceBench bench) {
        bench.machine().plan().set(MemorySize.class, new MemorySize(CardBench.RAM_SIZE));
        return CardBench.of(bench);
    }

    static VirtioDriverBench driver(CardBench cards, Device<?> card, boolean modern) {
        var pci = ((PciDevice<?>) card).pci();
        return modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }

    static byte[] pages(int... numbers) {
        ByteBuffer list = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            list.putInt(number);
        }
        return list.array();
    }

    /** @param told tag, value, tag, value */
    static byte[] statistics(long... told) {
        ByteBuffer list = ByteBuffer.allocate(5 * told.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < told.length; i += 2) {
            list.putShort((short) told[i]).putLong(told[i + 1]);
        }
        return list.array();
    }

    /** Sends by a queue; gives whether it was answered. */
    boolean send(VirtioDriverBench.Queue queue, byte[] content) {
        queue.send(content);
        queue.kick();
        bench.machine().runTasks();
        return !queue.takeAll().isEmpty();
    }

    private ObjectProperty property(String name) {
        return card.properties().stream()
                .filter(property -> property.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Object get(String name) {
        return property(name).getter().get();
    }

    void set(String name, Object value) throws QmpException {
        property(name).setter().set(value);
    }

    /** Events and requests since the last call. */
    List<String> takeEvents() {
        List<String> taken = List.copyOf(bench.machine().requests());
        bench.machine().requests().clear();
        return taken;
    }
}
