package org.margay.ide.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.pci.PciDma;

/**
 * The bus master of one channel (Intel 82371SB data sheet, order 290550, section 2.7, and "Programming Interface for Bus Master IDE
 * Controller", revision 1.0): it walks a table of physical regions and moves what the device has between them and the device.
 */
final class BusMaster implements DmaHost {
    private static final int START = 0x01;
    private static final int TO_MEMORY = 0x08;
    private static final int ACTIVE = 0x01;
    private static final int FAILED = 0x02;
    private static final int INTERRUPT = 0x04;
    /** For drivers to note which devices can do DMA. */
    private static final int CAPABLE = 0x60;

    private static final int ENTRY = 8;
    /** A table lies within 64 KiB: the pointer's upper half does not count. */
    private static final int MAX_ENTRIES = 0x1_0000 / ENTRY;

    private final PciDma dma;
    private @Nullable AtaChannel channel;
    private int command;
    private int status;
    private int table;
    private Position position = Position.IDLE;

    /**
     * Where it is in the table.
     *
     * @param next address of the next entry to be read
     * @param address in the region that the last one described
     * @param left bytes of that region
     * @param last whether it is the last one
     */
    record Position(int next, int address, int left, boolean last) {
        static final Position IDLE = new Position(0, 0, 0, true);

        Position {
            if (left < 0 || left > 0x1_0000) {
                throw new IllegalArgumentException("physical region");
            }
        }
    }

    /** What the guest can see, and how far it has come. */
    record State(int command, int status, int table, Position position) {
        State {
            if ((command & ~(START | TO_MEMORY)) != 0
                    || (status & ~(ACTIVE | FAILED | INTERRUPT | CAPABLE)) != 0
                    || (table & 3) != 0
                    || position == null) {
                throw new IllegalArgumentException("bus master");
            }
        }
    }

    BusMaster(PciDma dma) {
        this.dma = dma;
    }

    void connect(AtaChannel toServe) {
        channel = toServe;
    }

    int read(int register) {
        return switch (register) {
            case 0 -> command;
            case 2 -> status;
            case 4, 5, 6, 7 -> table >>> 8 * (register - 4) & 0xFF;
            default -> 0;
        };
    }

    void write(int register, int value) {
        switch (register) {
            case 0 -> command(value & (START | TO_MEMORY));
            case 2 -> status = status & ~CAPABLE & ~(value & (FAILED | INTERRUPT)) | value & CAPABLE;
            case 4, 5, 6, 7 -> {
                int shift = 8 * (register - 4);
                table = table & ~(0xFF << shift) | (value & 0xFF) << shift;
                table &= ~3;
            }
            default -> {
                // Reserved.
            }
        }
    }

    private void command(int value) {
        boolean before = (command & START) != 0;
        command = value;
        if ((value & START) != 0 && !before) {
            status |= ACTIVE;
            position = new Position(table, 0, 0, false);
            if (channel != null) {
                channel.dmaStarted();
            }
        } else if ((value & START) == 0 && before) {
            // The device is first asked to let go, so that nothing moves once the host reads that it is over.
            if (channel != null) {
                channel.dmaStopped();
            }
            status &= ~ACTIVE;
            position = Position.IDLE;
        }
    }

    @Override
    public boolean started() {
        return (command & START) != 0 && (status & ACTIVE) != 0;
    }

    @Override
    public DmaWindow window(int bytes, boolean toMemory) {
        Position at = position;
        long[] addresses = new long[16];
        int[] lengths = new int[16];
        int pieces = 0;
        int total = 0;
        for (int entries = 0; total < bytes; ) {
            if (at.left == 0) {
                if (at.last || entries++ == MAX_ENTRIES) {
                    break;
                }
                at = entry(at.next);
            }
            int part = Math.min(at.left, bytes - total);
            if (pieces == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * pieces);
                lengths = Arrays.copyOf(lengths, 2 * pieces);
            }
            addresses[pieces] = at.address & 0xFFFF_FFFFL;
            lengths[pieces++] = part;
            total += part;
            at = new Position(at.next, at.address + part, at.left - part, at.last);
        }
        return new DmaWindow(dma.map(addresses, lengths, 0, pieces, toMemory), total, at);
    }

    private Position entry(int at) {
        long entry = at & 0xFFFF_FFFFL;
        int address = dma.readInt(entry) & ~1;
        int word = dma.readInt(entry + 4);
        int length = word & 0xFFFE;
        int next = at & 0xFFFF_0000 | at + ENTRY & 0xFFFF;
        return new Position(next, address, length == 0 ? 0x1_0000 : length, word < 0);
    }

    /** The last region was filled: the bus master comes to rest, which tells the host that sizes agreed. */
    @Override
    public void moved(DmaWindow window) {
        position = window.end();
        if (position.last && position.left == 0) {
            status &= ~ACTIVE;
        }
    }

    @Override
    public void exhausted() {
        status &= ~ACTIVE;
    }

    @Override
    public void interrupted() {
        status |= INTERRUPT;
    }

    void reset() {
        command = 0;
        status = 0;
        table = 0;
        position = Position.IDLE;
    }

    State save() {
        return new State(command, status, table, position);
    }

    void restore(State state) {
        command = state.command;
        status = state.status;
        table = state.table;
        position = state.position;
    }
}
