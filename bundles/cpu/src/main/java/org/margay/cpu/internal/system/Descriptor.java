package org.margay.cpu.internal.system;

/**
 * An entry of the GDT, LDT or IDT (SDM vol. 3, 3.4.5, 3.5, 5.8.3, 6.11).
 *
 * @param low bytes 0-7
 * @param high bytes 8-15 of the 16-byte system descriptors of long mode, else zero
 */
record Descriptor(long low, long high) {
    /** Types of system descriptors (SDM vol. 3, table 3-2); in long mode the 32-bit ones mean their 64-bit sisters. */
    static final int TSS16 = 1, LDT = 2, TSS16_BUSY = 3, CALL16 = 4, TASK_GATE = 5, INTERRUPT16 = 6, TRAP16 = 7;

    static final int TSS32 = 9, TSS32_BUSY = 11, CALL32 = 12, INTERRUPT32 = 14, TRAP32 = 15;

    /** Parts of {@link #attributes()}. */
    static final int ACCESSED = 1,
            WRITABLE = 2,
            READABLE = 2,
            EXPAND_DOWN = 4,
            CONFORMING = 4,
            CODE = 8,
            S = 0x10,
            PRESENT = 0x80;

    static final int LONG = 0x2000, BIG = 0x4000, GRANULAR = 0x8000;

    private static final int ATTRIBUTE_MASK = 0xF0FF;

    Descriptor(long low) {
        this(low, 0);
    }

    /** Base address, all 64 bits for a 16-byte descriptor. */
    long base() {
        return low >>> 16 & 0xFF_FFFF | low >>> 32 & 0xFF00_0000L | high << 32;
    }

    /** Limit in bytes, granularity applied. */
    long limit() {
        long limit = low & 0xFFFF | low >>> 32 & 0xF_0000;
        return (low >>> 55 & 1) == 0 ? limit : limit << 12 | 0xFFF;
    }

    /** As {@code CpuState.segAttr} holds them. */
    int attributes() {
        return (int) (low >>> 40) & ATTRIBUTE_MASK;
    }

    int type() {
        return (int) (low >>> 40) & 0xF;
    }

    int dpl() {
        return (int) (low >>> 45) & 3;
    }

    boolean isPresent() {
        return (low >>> 47 & 1) != 0;
    }

    /** A gate, TSS or LDT: the S flag is clear. */
    boolean isSystem() {
        return (low >>> 44 & 1) == 0;
    }

    boolean isCode() {
        return !isSystem() && (type() & CODE) != 0;
    }

    boolean isConforming() {
        return (type() & CONFORMING) != 0;
    }

    boolean isData() {
        return !isSystem() && (type() & CODE) == 0;
    }

    boolean isWritableData() {
        return isData() && (type() & WRITABLE) != 0;
    }

    /** Data, or code that can be read. */
    boolean isReadable() {
        return isData() || isCode() && (type() & READABLE) != 0;
    }

    boolean isLongCode() {
        return (attributes() & LONG) != 0;
    }

    boolean isBig() {
        return (attributes() & BIG) != 0;
    }

    boolean isBusyTss() {
        return isSystem() && (type() == TSS16_BUSY || type() == TSS32_BUSY);
    }

    boolean isAvailableTss() {
        return isSystem() && (type() == TSS16 || type() == TSS32);
    }

    // --- gates ---

    int gateSelector() {
        return (int) (low >>> 16) & 0xFFFF;
    }

    /** Offset of a 16, 32 or (with 16 bytes) 64-bit gate. */
    long gateOffset() {
        return low & 0xFFFF | (isWideGate() ? low >>> 32 & 0xFFFF_0000L : 0) | high << 32;
    }

    /** Parameters that a call gate copies, 0-31. */
    int gateParameters() {
        return (int) (low >>> 32) & 0x1F;
    }

    /** Entry of the interrupt stack table, 0-7. */
    int gateStackTable() {
        return (int) (low >>> 32) & 7;
    }

    boolean isWideGate() {
        return (type() & 8) != 0;
    }

    /** Interrupt gate, which clears IF, rather than a trap gate. */
    boolean isInterruptGate() {
        return (type() & 1) == 0;
    }
}
