package org.margay.pci;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * Extended message signalled interrupts (PCI Local Bus Specification 3.0, section 6.8.2): a table in memory space with an
 * address, data and a mask bit for each vector, and an array of pending bits. Under the machine lock.
 */
public final class PciMsix implements MessageInterrupts {
    /** Capability id (appendix H). */
    public static final int CAPABILITY = 0x11;

    /** Bytes of a table entry: address, upper address, data, vector control. */
    public static final int ENTRY_SIZE = 16;

    private static final int MOST_VECTORS = 2048;
    private static final int LEAST_BAR = 4096;
    private static final int CONTROL = 2;
    private static final int TABLE = 4;
    private static final int PENDING = 8;
    private static final int ENABLE = 1 << 15;
    private static final int MASK_ALL = 1 << 14;
    private static final int ENTRY_CONTROL = 12;
    private static final byte MASKED = 1;

    /**
     * The table and the pending bits, as the guest reads them.
     *
     * @param table 16 bytes for each vector
     * @param pending one bit for each vector, in whole quadwords
     */
    public record State(byte[] table, byte[] pending) {
        public State {
            if (table == null || pending == null || pending.length != pendingSize(table.length / ENTRY_SIZE)) {
                throw new IllegalArgumentException("MSI-X table and pending bits of the wrong size");
            }
            table = table.clone();
            pending = pending.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state
                    && Arrays.equals(table, state.table)
                    && Arrays.equals(pending, state.pending);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(table) + Arrays.hashCode(pending);
        }
    }

    private final PciFunction pci;
    private final int vectors;
    private final int offset;
    private final byte[] table;
    private final byte[] pending;

    private PciMsix(PciFunction pci, int bar, MemoryRegion container, long tableAt, long pendingAt, int vectors) {
        this.pci = pci;
        this.vectors = vectors;
        this.table = new byte[vectors * ENTRY_SIZE];
        this.pending = new byte[pendingSize(vectors)];
        this.offset = pci.addCapability(CAPABILITY, 12);
        ConfigSpace config = pci.config();
        config.set(offset + CONTROL, 2, vectors - 1);
        config.writable(offset + CONTROL, 2, ENABLE | MASK_ALL);
        config.set(offset + TABLE, 4, (int) tableAt | bar);
        config.set(offset + PENDING, 4, (int) pendingAt | bar);
        container.add(MemoryRegion.io("msix-table", table.length, AccessSizes.UP_TO_8, tableAccess()), tableAt, 1);
        container.add(MemoryRegion.io("msix-pba", pending.length, AccessSizes.UP_TO_8, pendingAccess()), pendingAt, 1);
        reset();
    }

    /**
     * Gives a function the capability and a memory BAR of its own, before it is plugged: the table is at its begin, the
     * pending bits are in the middle.
     *
     * @param bar 0 to 5
     * @param vectors 1 to 2048
     */
    public static PciMsix add(PciFunction pci, int bar, int vectors) {
        checkVectors(vectors);
        int half = Math.max(LEAST_BAR / 2, Integer.highestOneBit(2 * vectors * ENTRY_SIZE - 1));
        MemoryRegion region = MemoryRegion.container("msix", 2L * half);
        pci.addBar(new PciBar(bar, PciBar.Kind.MEMORY, region));
        return add(pci, bar, region, 0, half, vectors);
    }

    /**
     * Gives a function the capability, with table and pending bits in a BAR that the device has for other things as well.
     *
     * @param bar index of the BAR in which the container shows, at its begin
     * @param container gets both, above what else it holds
     * @param tableOffset from the container's begin, a multiple of 8
     * @param pendingOffset from the container's begin, a multiple of 8
     * @param vectors 1 to 2048
     */
    public static PciMsix add(
            PciFunction pci, int bar, MemoryRegion container, long tableOffset, long pendingOffset, int vectors) {
        checkVectors(vectors);
        if (bar < 0
                || bar > 5
                || ((tableOffset | pendingOffset) & 7) != 0
                || tableOffset + (long) vectors * ENTRY_SIZE > container.size()
                || pendingOffset + pendingSize(vectors) > container.size()) {
            throw new IllegalArgumentException("MSI-X table at %#x of BAR %d".formatted(tableOffset, bar));
        }
        PciMsix made = new PciMsix(pci, bar, container, tableOffset, pendingOffset, vectors);
        pci.interruptsBy(made);
        return made;
    }

    private static void checkVectors(int vectors) {
        if (vectors < 1 || vectors > MOST_VECTORS) {
            throw new IllegalArgumentException("%d MSI-X vectors".formatted(vectors));
        }
    }

    private static int pendingSize(int vectors) {
        return (vectors + 63) / 64 * 8;
    }

    /** How many vectors the function has. */
    public int vectors() {
        return vectors;
    }

    @Override
    public boolean enabled() {
        return (control() & ENABLE) != 0;
    }

    /**
     * Interrupts, now or when the vector is unmasked; nothing happens while MSI-X is off, nor for a vector that is not there:
     * drivers choose vectors, and may choose wrong.
     */
    public void notify(int vector) {
        if (!enabled() || vector < 0 || vector >= vectors) {
            return;
        }
        if (masked(vector)) {
            pending[vector / 8] |= (byte) (1 << vector % 8);
        } else {
            send(vector);
        }
    }

    @Override
    public void configWritten() {
        sendPending(0, vectors);
    }

    /** Sends what waits and is masked no longer. */
    private void sendPending(int from, int to) {
        if (!enabled() || (control() & MASK_ALL) != 0) {
            return;
        }
        for (int vector = from; vector < to; vector++) {
            if ((pending[vector / 8] >>> vector % 8 & 1) != 0 && !masked(vector)) {
                pending[vector / 8] &= (byte) ~(1 << vector % 8);
                send(vector);
            }
        }
    }

    private boolean masked(int vector) {
        return (control() & MASK_ALL) != 0 || (table[vector * ENTRY_SIZE + ENTRY_CONTROL] & MASKED) != 0;
    }

    private void send(int vector) {
        int entry = vector * ENTRY_SIZE;
        pci.sendMessage(little(table, entry, 8), (int) little(table, entry + 8, 4));
    }

    private int control() {
        return pci.config().getWord(offset + CONTROL);
    }

    /** All vectors masked, nothing pending (section 6.8.2.9). */
    @Override
    public void reset() {
        Arrays.fill(table, (byte) 0);
        Arrays.fill(pending, (byte) 0);
        for (int vector = 0; vector < vectors; vector++) {
            table[vector * ENTRY_SIZE + ENTRY_CONTROL] = MASKED;
        }
    }

    State save() {
        return new State(table, pending);
    }

    void restore(State state) {
        if (state.table.length != table.length) {
            throw new IllegalArgumentException("MSI-X table of %d bytes".formatted(state.table.length));
        }
        for (int i = 0; i < table.length; i++) {
            if ((state.table[i] & ~writable(i) & 0xFF) != 0) {
                throw new IllegalArgumentException("MSI-X table byte %#x".formatted(i));
            }
        }
        for (int vector = vectors; vector < 8 * pending.length; vector++) {
            if ((state.pending[vector / 8] >>> vector % 8 & 1) != 0) {
                throw new IllegalArgumentException("MSI-X vector %d is pending".formatted(vector));
            }
        }
        System.arraycopy(state.table, 0, table, 0, table.length);
        System.arraycopy(state.pending, 0, pending, 0, pending.length);
    }

    /** Addresses are those of doublewords; of vector control there is the mask bit only. */
    private static int writable(int offset) {
        return switch (offset % ENTRY_SIZE) {
            case 0 -> 0xFC;
            case ENTRY_CONTROL -> MASKED;
            case ENTRY_CONTROL + 1, ENTRY_CONTROL + 2, ENTRY_CONTROL + 3 -> 0;
            default -> 0xFF;
        };
    }

    private IoHandler tableAccess() {
        return new IoHandler() {
            @Override
            public long read(long at, int size) {
                return little(table, (int) at, size);
            }

            @Override
            public void write(long at, int size, long value) {
                int last = (int) Math.min(at + size, table.length);
                for (int i = (int) at; i < last; i++) {
                    table[i] = (byte) (value >>> 8 * (i - (int) at) & writable(i));
                }
                sendPending((int) at / ENTRY_SIZE, (last + ENTRY_SIZE - 1) / ENTRY_SIZE);
            }
        };
    }

    private IoHandler pendingAccess() {
        return new IoHandler() {
            @Override
            public long read(long at, int size) {
                return little(pending, (int) at, size);
            }

            // Read-only (section 6.8.2.10).
            @Override
            public void write(long at, int size, long value) {}
        };
    }

    private static long little(byte[] bytes, int at, int size) {
        long value = 0;
        for (int i = Math.min(size, bytes.length - at) - 1; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xFF;
        }
        return value;
    }
}
