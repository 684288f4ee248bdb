package org.margay.firmware.internal.setup;

import java.util.Comparator;
import java.util.List;
import org.margay.pci.PciRegister;

/** Something on a bus that is to get addresses. */
sealed interface AddressClaim {
    /** Spaces that are given out apart from each other, as bridges have windows for them. */
    enum Window {
        IO(1, 4096),
        MEMORY(4096, 1 << 20),
        PREFETCHABLE(4096, 1 << 20);

        /** What a register takes at least. */
        final long leastSize;

        /** Unit of bridges' windows. */
        final long bridgeUnit;

        Window(long leastSize, long bridgeUnit) {
            this.leastSize = leastSize;
            this.bridgeUnit = bridgeUnit;
        }
    }

    long size();

    /** A power of two. */
    long alignment();

    void place(long address);

    /** A base address register, or the one of an expansion ROM; wide ones have two halves. */
    record Register(FunctionRegisters registers, int offset, Window window, long decoded, boolean wide)
            implements AddressClaim {
        @Override
        public long size() {
            return Math.max(window.leastSize, decoded);
        }

        @Override
        public long alignment() {
            return decoded;
        }

        @Override
        public void place(long address) {
            registers.write(offset, 4, (int) address);
            if (wide) {
                registers.write(offset + 4, 4, 0);
            }
        }
    }

    /**
     * A bridge's window on what is claimed behind it.
     *
     * @param reserve bytes at least, for cards to come
     */
    record Bridge(FunctionRegisters registers, Window window, List<AddressClaim> behind, long reserve)
            implements AddressClaim {
        @Override
        public long size() {
            long needed = Math.max(sizeOf(behind), reserve);
            return needed + window.bridgeUnit - 1 & -window.bridgeUnit;
        }

        @Override
        public long alignment() {
            return Math.max(window.bridgeUnit, alignmentOf(behind));
        }

        @Override
        public void place(long address) {
            open(address, address + size() - 1);
            placeAll(behind, address, address + size());
        }

        /** Until it is placed, the window is closed. */
        void close() {
            open(-1, 0);
        }

        private void open(long first, long last) {
            switch (window) {
                case IO ->
                    registers.write(
                            PciRegister.IO_BASE, 2, (int) (first >>> 8 & 0xF0) | (int) (last >>> 8 & 0xF0) << 8);
                case MEMORY -> registers.write(PciRegister.MEMORY_BASE, 4, bothHalves(first, last));
                case PREFETCHABLE -> {
                    registers.write(PciRegister.PREFETCH_BASE, 4, bothHalves(first, last));
                    registers.write(PciRegister.PREFETCH_BASE_UPPER, 4, 0);
                    registers.write(PciRegister.PREFETCH_LIMIT_UPPER, 4, 0);
                }
            }
        }

        private static int bothHalves(long first, long last) {
            return (int) (first >>> 16 & 0xFFF0) | (int) (last >>> 16 & 0xFFF0) << 16;
        }
    }

    /** Bytes that claims take together from an address on that suits all of them. */
    static long sizeOf(List<AddressClaim> claims) {
        long next = 0;
        for (AddressClaim claim : inOrder(claims)) {
            next = aligned(next, claim) + claim.size();
        }
        return next;
    }

    /** What suits all claims. */
    static long alignmentOf(List<AddressClaim> claims) {
        return claims.stream().mapToLong(AddressClaim::alignment).max().orElse(1);
    }

    /** Places claims between two addresses. Those that don't fit stay where they are: unmapped. */
    static void placeAll(List<AddressClaim> claims, long start, long end) {
        long next = start;
        for (AddressClaim claim : inOrder(claims)) {
            long address = aligned(next, claim);
            if (address + claim.size() <= end) {
                claim.place(address);
                next = address + claim.size();
            }
        }
    }

    /** Larger alignments first, so that little is lost between. */
    private static List<AddressClaim> inOrder(List<AddressClaim> claims) {
        return claims.stream()
                .sorted(Comparator.comparingLong(AddressClaim::alignment).reversed())
                .toList();
    }

    private static long aligned(long address, AddressClaim claim) {
        return address + claim.alignment() - 1 & -claim.alignment();
    }
}
