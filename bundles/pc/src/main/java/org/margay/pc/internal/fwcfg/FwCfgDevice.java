package org.margay.pc.internal.fwcfg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.margay.machine.Device;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.FwCfg;

/**
 * QEMU's firmware configuration device as the document "QEMU Firmware Configuration (fw_cfg) Device" describes it: a selector
 * at port 510h, data byte by byte at 511h, and a DMA interface at 514h. Numbers in items are little-endian, in the file
 * directory and DMA descriptors big-endian.
 */
public final class FwCfgDevice implements FwCfg, Device<FwCfgDevice.State> {
    /** Signature item, "QEMU". */
    public static final int SIGNATURE = 0x00;

    /** Features: bit 0 the traditional interface, bit 1 DMA. */
    public static final int ID = 0x01;

    public static final int UUID = 0x02;
    public static final int RAM_SIZE = 0x03;
    public static final int NO_GRAPHIC = 0x04;
    public static final int CPUS = 0x05;
    public static final int MACHINE_ID = 0x06;
    public static final int NUMA = 0x0D;
    public static final int BOOT_MENU = 0x0E;
    public static final int MAX_CPUS = 0x0F;
    public static final int FILE_DIRECTORY = 0x19;
    /** E820 table of the days before "etc/e820". */
    public static final int IRQ0_OVERRIDE = 0x8002;

    private static final int FIRST_FILE = 0x20;
    private static final int MAX_FILES = 0x1000;
    private static final int NAME_SIZE = 56;
    /** Bit 14 asked for the write channel once; bit 15 chooses items of the architecture. */
    private static final int KEY_MASK = 0xBFFF;

    private static final int SELECTOR_PORT = 0x510;
    private static final int DMA_PORT = 0x514;
    private static final long DMA_SIGNATURE = 0x51454D5520434647L;
    private static final int DMA_ERROR = 1;
    private static final int DMA_READ = 2;
    private static final int DMA_SKIP = 4;
    private static final int DMA_SELECT = 8;
    private static final int DMA_WRITE = 16;
    /** Bytes of zeros that one DMA read may ask for beyond an item's end. */
    private static final long MAX_FILL = 16 << 20;

    /**
     * Where the guest is.
     *
     * @param key selected item
     * @param position next byte of it
     * @param dmaAddress high half of a descriptor's address that waits for the low one, shifted up
     */
    public record State(int key, int position, long dmaAddress) {
        public State {
            if ((key & ~KEY_MASK) != 0 || position < 0 || (dmaAddress & 0xFFFF_FFFFL) != 0) {
                throw new IllegalArgumentException("fw_cfg");
            }
        }
    }

    private record NamedFile(String name, int length, Supplier<byte[]> content) {}

    private final MemoryRegion ports;
    private final AddressSpace memory;
    private final Map<Integer, byte[]> items = new TreeMap<>();
    private final List<NamedFile> files = new ArrayList<>();

    private final MemoryRegion region = MemoryRegion.io("fwcfg", 2, AccessSizes.UP_TO_2, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return offset == 1 ? nextByte() : 0;
        }

        @Override
        public void write(long offset, int size, long value) {
            if (offset == 0 && size == 2) {
                select((int) value);
            }
        }
    });

    private final MemoryRegion dmaRegion = MemoryRegion.io("fwcfg.dma", 8, AccessSizes.UP_TO_8, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return Long.reverseBytes(DMA_SIGNATURE) >>> 8 * offset;
        }

        @Override
        public void write(long offset, int size, long value) {
            if (size == 8) {
                transfer(Long.reverseBytes(value));
            } else if (size == 4) {
                long half = Integer.reverseBytes((int) value) & 0xFFFF_FFFFL;
                if (offset == 0) {
                    dmaAddress = half << 32;
                } else if (offset == 4) {
                    transfer(dmaAddress | half);
                }
            }
        }
    });

    private int key;
    private byte[] selected = {};
    private int position;
    private long dmaAddress;

    /**
     * Maps the registers.
     *
     * @param memory what DMA reaches
     */
    public FwCfgDevice(MemoryRegion ports, AddressSpace memory) {
        this.ports = ports;
        this.memory = memory;
        addItem(SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
        addItem(ID, number(3, 4));
        ports.add(region, SELECTOR_PORT);
        ports.add(dmaRegion, DMA_PORT);
        select(SIGNATURE);
    }

    /** A little-endian number for an item. */
    public static byte[] number(long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    @Override
    public void addItem(int key, byte[] content) {
        items.put(key, content.clone());
    }

    @Override
    public void addFile(String name, int length, Supplier<byte[]> content) {
        if (name.getBytes(StandardCharsets.UTF_8).length >= NAME_SIZE) {
            throw new IllegalArgumentException("fw_cfg file name is too long: " + name);
        }
        NamedFile file = new NamedFile(name, length, content);
        for (int i = 0; i < files.size(); i++) {
            if (files.get(i).name.equals(name)) {
                files.set(i, file);
                return;
            }
        }
        if (files.size() == MAX_FILES) {
            throw new IllegalStateException("fw_cfg takes no more files");
        }
        files.add(file);
    }

    private byte[] content(int wanted) {
        if (wanted == FILE_DIRECTORY) {
            return directory();
        }
        int file = wanted - FIRST_FILE;
        if (file >= 0 && file < files.size()) {
            return files.get(file).content.get();
        }
        return items.getOrDefault(wanted, new byte[0]);
    }

    private byte[] directory() {
        ByteBuffer directory = ByteBuffer.allocate(4 + files.size() * (8 + NAME_SIZE));
        directory.putInt(files.size());
        for (int i = 0; i < files.size(); i++) {
            byte[] name = files.get(i).name.getBytes(StandardCharsets.UTF_8);
            directory
                    .putInt(files.get(i).length)
                    .putShort((short) (FIRST_FILE + i))
                    .putShort((short) 0);
            directory.put(name).put(new byte[NAME_SIZE - name.length]);
        }
        return directory.array();
    }

    private void select(int selector) {
        key = selector & KEY_MASK;
        selected = content(key);
        position = 0;
    }

    private int nextByte() {
        return position < selected.length ? selected[position++] & 0xFF : 0;
    }

    /** Does what the descriptor at an address says: control, length, address (section "DMA Interface"). */
    private void transfer(long descriptor) {
        dmaAddress = 0;
        int control = Integer.reverseBytes((int) memory.read(descriptor, 4));
        long length = Integer.reverseBytes((int) memory.read(descriptor + 4, 4)) & 0xFFFF_FFFFL;
        long address = Long.reverseBytes(memory.read(descriptor + 8, 8));
        if ((control & DMA_SELECT) != 0) {
            select(control >>> 16);
        }
        int status = 0;
        int available = selected.length - position;
        if ((control & DMA_READ) != 0) {
            if (length > available + MAX_FILL) {
                status = DMA_ERROR;
            } else {
                int part = (int) Math.min(length, available);
                memory.write(address, selected, position, part);
                byte[] zeros = new byte[(int) length - part];
                memory.write(address + part, zeros, 0, zeros.length);
                position += part;
            }
        } else if ((control & DMA_SKIP) != 0) {
            position += (int) Math.min(length, available);
        } else if ((control & DMA_WRITE) != 0) {
            // No item here can be written.
            status = DMA_ERROR;
        }
        memory.write(descriptor, 4, Integer.reverseBytes(status) & 0xFFFF_FFFFL);
    }

    /** Item 0 is selected; what there is to read stays. */
    @Override
    public void reset() {
        select(SIGNATURE);
        dmaAddress = 0;
    }

    @Override
    public State save() {
        return new State(key, position, dmaAddress);
    }

    @Override
    public void restore(State state) {
        select(state.key);
        if (state.position > selected.length) {
            throw new IllegalArgumentException("fw_cfg position behind the item's end");
        }
        position = state.position;
        dmaAddress = state.dmaAddress;
    }

    @Override
    public void close() {
        ports.remove(region);
        ports.remove(dmaRegion);
    }
}
