package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;

/**
 * A run of instructions decoded once, up to a transfer of control or the end of the page. Valid for one place in physical
 * memory, one RIP and one mode.
 */
final class Block {
    static final int MAX_INSTRUCTIONS = 48;

    private static final int INVALID = -1;

    /** Offset in CS of the first instruction, and of what follows the last. */
    final long rip;

    final long nextRip;

    /** The last operation leaves RIP to the engine: it is {@link #nextRip} then. */
    final boolean runsOn;

    /** The mode it was decoded for: {@link Cpu#modeKey()}, and the single-step bit. */
    final long key;

    final Op[] ops;

    /** Bytes from {@link #rip} to each operation's first instruction (a fused operation stands for two). */
    final short[] offsets;

    /** How many instructions precede each operation; one more entry for the whole. */
    final byte[] counts;

    /** How many instructions there are: what {@link #counts} ends with, without a look into memory far away. */
    final int instructions;

    /** The {@link org.margay.cpu.internal.mmu.Mmu}'s local or global mapping in which RIP was last seen to mean this block. */
    int mapping;

    /** Physical place: page and bytes within; a block of one instruction may reach into a second page. */
    final @Nullable CodePage page;

    /** Offsets in {@link #page}; the end may lie behind it. */
    final int start;

    final int end;

    final @Nullable CodePage secondPage;

    /** Blocks that followed this one lately. */
    @Nullable
    Block linkA;

    @Nullable
    Block linkB;

    @Nullable
    Block nextInBucket;

    /** How often the interpreter ran it, and how often it must before it is translated. */
    int heat;

    int promoteAt = Integer.MAX_VALUE;

    /** Translated code that begins here. */
    @Nullable
    Region region;

    Block(
            long key,
            long rip,
            long nextRip,
            Op[] ops,
            short[] offsets,
            byte[] counts,
            @Nullable CodePage page,
            int start,
            int end,
            @Nullable CodePage secondPage) {
        this.rip = rip;
        this.nextRip = nextRip;
        this.key = key;
        this.ops = ops;
        this.runsOn = !ops[ops.length - 1].setsRip();
        this.offsets = offsets;
        this.counts = counts;
        this.instructions = counts[ops.length];
        this.page = page;
        this.start = start;
        this.end = end;
        this.secondPage = secondPage;
    }

    /** Never runs again; if it is running, it stops after the operation in progress. */
    void invalidate() {
        mapping = INVALID;
        linkA = null;
        linkB = null;
        for (int i = 0; i < ops.length; i++) {
            ops[i] = new StaleOp(rip + offsets[i]);
        }
    }
}
