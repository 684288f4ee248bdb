package org.margay.cpu.internal.mmu;

/**
 * What translated code does to reach guest memory: looks into the TLB that was in use when it was entered, and gives up by
 * {@link Miss} when the page is not there, or the bytes cross into another one.
 *
 * <p>All methods are small enough to be inlined, and used by all regions, so that they are compiled long before one of those is.
 */
public final class FastAccess {
    public static final long PAGE = -4096L;

    /** Bytes that an access by {@link #readAddend} may have. */
    public static final int MOST_ALIGNED = 16;

    /** Never the page of anything: no comparison looks at this bit of an address. */
    public static final long NO_PAGE = 0x800;

    /** An access that the fast path can't do; the instruction has changed nothing. */
    public static final class Miss extends RuntimeException {
        public static final Miss INSTANCE = new Miss();

        private Miss() {
            super(null, null, false, false);
        }
    }

    private FastAccess() {}

    /** Zero-extended. */
    public static int load8(long[] tlb, long generation, long linear) {
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return HostAccess.getByte(linear + tlb[entry + Tlb.ADDEND]) & 0xFF;
    }

    /** Zero-extended. */
    public static int load16(long[] tlb, long generation, long linear) {
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear + 1 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return HostAccess.getShort(linear + tlb[entry + Tlb.ADDEND]) & 0xFFFF;
    }

    public static int load32(long[] tlb, long generation, long linear) {
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear + 3 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return HostAccess.getInt(linear + tlb[entry + Tlb.ADDEND]);
    }

    public static long load64(long[] tlb, long generation, long linear) {
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear + 7 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return HostAccess.getLong(linear + tlb[entry + Tlb.ADDEND]);
    }

    /** Writes the low byte. */
    public static void store8(long[] tlb, long generation, long linear, int value) {
        int entry = Tlb.index(linear);
        if (tlb[entry + Tlb.WRITE] != (linear & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        HostAccess.setByte(linear + tlb[entry + Tlb.ADDEND], (byte) value);
    }

    /** Writes the low 16 bits. */
    public static void store16(long[] tlb, long generation, long linear, int value) {
        int entry = Tlb.index(linear);
        if (tlb[entry + Tlb.WRITE] != (linear + 1 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        HostAccess.setShort(linear + tlb[entry + Tlb.ADDEND], (short) value);
    }

    public static void store32(long[] tlb, long generation, long linear, int value) {
        int entry = Tlb.index(linear);
        if (tlb[entry + Tlb.WRITE] != (linear + 3 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        HostAccess.setInt(linear + tlb[entry + Tlb.ADDEND], value);
    }

    public static void store64(long[] tlb, long generation, long linear, long value) {
        int entry = Tlb.index(linear);
        if (tlb[entry + Tlb.WRITE] != (linear + 7 & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        HostAccess.setLong(linear + tlb[entry + Tlb.ADDEND], value);
    }

    /** Host address of some bytes of one page that may be read. */
    public static long readable(long[] tlb, long generation, long linear, int size) {
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear + (size - 1) & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return linear + tlb[entry + Tlb.ADDEND];
    }

    /** Host address of some bytes of one page that may be read and written. */
    public static long writable(long[] tlb, long generation, long linear, int size) {
        int entry = Tlb.index(linear);
        if (tlb[entry + Tlb.WRITE] != (linear + (size - 1) & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return linear + tlb[entry + Tlb.ADDEND];
    }

    /** Host address of 16 aligned bytes that may be read and written. */
    public static long writableAligned16(long[] tlb, long generation, long linear) {
        if ((linear & 15) != 0) {
            throw Miss.INSTANCE;
        }
        return writable(tlb, generation, linear, 16);
    }

    /**
     * What to add to an address to read there, when it is known for one page.
     *
     * @param page the page, or {@link #NO_PAGE}
     * @param addend what to add for that page; bytes that are aligned need no look into the TLB there
     * @param size 1 to {@link #MOST_ALIGNED}, a power of two
     */
    public static long readAddend(long[] tlb, long generation, long linear, long page, long addend, int size) {
        if ((linear & (PAGE | size - 1)) == page) {
            return addend;
        }
        int entry = Tlb.index(linear);
        if (tlb[entry] != (linear + (size - 1) & PAGE | generation)) {
            throw Miss.INSTANCE;
        }
        return tlb[entry + Tlb.ADDEND];
    }
}
