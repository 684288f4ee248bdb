package org.margay.virtio.blk.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.margay.machine.Device;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** A disk on a bench, with a guest's driver on one side and a drive in memory on the other. */
final class BlkBench {
    static final int SECTORS = 256;

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = CardBench.of(bench);
    final MemoryDrive drive = MemoryDrive.add(bench.machine(), SECTORS * Sector.SIZE);
    final Device<VirtioBlkDriver.State> card;
    final VirtioDriverBench driver;
    VirtioDriverBench.Queue queue;

    BlkBench(boolean modern, String... properties) {
        this(modern, _ -> {}, properties);
    }

    /**
     * Brings a disk up.
     *
     * @param drives what is done to the drive before
     * @param properties name, value, name, value
     */
    BlkBench(boolean modern, Consumer<MemoryDrive> drives, String... properties) {
        drives.accept(drive);
        card = cards.plugMapped(new VirtioBlkPci(), given(properties));
        driver = driver(cards, card, modern);
        queue = bringUp(-1);
    }

    static Map<String, String> given(String... properties) {
        Map<String, String> given = new HashMap<>(Map.of("drive", MemoryDrive.ID));
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        return given;
    }

    VirtioDriverBench.Queue bringUp(long features) {
        driver.negotiate(features);
        queue = driver.queue(0);
        driver.ready();
        bench.machine().runTasks();
        return queue;
    }

    static byte[] header(int type, long sector) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(0)
                .putLong(sector)
                .array();
    }

    static byte[] range(long sector, int sectors, int flags) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(sector)
                .putInt(sectors)
                .putInt(flags)
                .array();
    }

    /** Has a request done: its status, or -1 when it was not given back. */
    int status(VirtioDriverBench.Chain chain) {
        byte[] written = run(chain);
        return written.length == 0 ? -1 : written[written.length - 1];
    }

    /** Has a request done: what the device wrote, with the status at the end. */
    byte[] run(VirtioDriverBench.Chain chain) {
        chain.add();
        queue.kick();
        bench.machine().runTasks();
        VirtioDriverBench.Used used = queue.take();
        return used == null ? new byte[0] : used.written();
    }

    VirtioDriverBench.Chain request(int type, long sector) {
        return queue.chain().readable(header(type, sector));
    }

    static VirtioDriverBench driver(CardBench cards, Device<?> card, boolean modern) {
        var pci = ((PciDevice<?>) card).pci();
        return modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }
}
