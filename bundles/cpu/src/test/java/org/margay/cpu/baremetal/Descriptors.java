package org.margay.cpu.baremetal;

/** Segment descriptors and gates as they lie in memory (SDM vol. 3, 3.4.5, 6.11, 7.2). */
final class Descriptors {
    /** Access bytes with the flags nibble above: present, flat 32-bit. */
    static final int CODE_0 = 0xC9A, DATA_0 = 0xC92, CODE_3 = 0xCFA, DATA_3 = 0xCF2;

    /** 64-bit code; available TSS of 16, 32 (and 64) bits; LDT. */
    static final int CODE64_0 = 0xA9A, CODE64_3 = 0xAFA, TSS16 = 0x081, TSS = 0x089, LDT = 0x082;

    /** Gate types: present, DPL 0. */
    static final int CALL_GATE16 = 0x84, TASK_GATE = 0x85, INTERRUPT_GATE16 = 0x86, TRAP_GATE16 = 0x87;

    static final int CALL_GATE = 0x8C, INTERRUPT_GATE = 0x8E, TRAP_GATE = 0x8F;
    static final int DPL_3 = 0x60;

    private Descriptors() {}

    /**
     * @param limit as in the descriptor: in pages if the access says so
     * @param access access byte in bits 0-7, flags G D/B L AVL in bits 8-11
     */
    static long segment(long base, long limit, int access) {
        return limit & 0xFFFF
                | (base & 0xFF_FFFF) << 16
                | (long) (access & 0xFF) << 40
                | (limit >> 16 & 0xF) << 48
                | (long) (access >> 8 & 0xF) << 52
                | (base >> 24 & 0xFF) << 56;
    }

    static long flat(int access) {
        return segment(0, 0xFFFFF, access);
    }

    /** @param type access byte; parameters or the stack table index go into bits 32-36 */
    static long gate(int selector, long offset, int type, int parameters) {
        return offset & 0xFFFF
                | (long) (selector & 0xFFFF) << 16
                | (long) (parameters & 0x1F) << 32
                | (long) (type & 0xFF) << 40
                | (offset >> 16 & 0xFFFF) << 48;
    }
}
