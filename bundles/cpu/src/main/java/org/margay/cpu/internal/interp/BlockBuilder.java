package org.margay.cpu.internal.interp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.decode.CodeSource;
import org.margay.cpu.internal.decode.Decoder;
import org.margay.cpu.internal.table.Row;
import org.margay.memory.GuestRam;

/** Decodes instructions into a block and chooses an operation for each. */
final class BlockBuilder {
    /** How often a block must have run for others to end where it begins. */
    private static final int MET = 16;

    private static final Handler NO_PRIVILEGE = (_, _) -> {
        throw GuestFault.gp(0);
    };
    private static final Handler UNDEFINED = (_, _) -> {
        throw GuestFault.ud();
    };

    private final Cpu cpu;
    private final BlockCache cache;
    private final Decoder decoder;

    private final CodeSource fetch = this::fetch;

    // The block in progress.
    private final @Nullable Op[] ops = new Op[Block.MAX_INSTRUCTIONS];
    private final short[] offsets = new short[Block.MAX_INSTRUCTIONS];
    private final byte[] counts = new byte[Block.MAX_INSTRUCTIONS + 1];

    // Where the instruction being decoded lies.
    private long linear;
    private long physical;
    private long secondPhysical;
    private @Nullable CodePage page;
    private long rip;

    BlockBuilder(Cpu cpu, BlockCache cache) {
        this.cpu = cpu;
        this.cache = cache;
        this.decoder = new Decoder(cpu.table);
    }

    /** Decodes from where the processor stands. */
    Block build(long startLinear, long startPhysical, @Nullable CodePage codePage, boolean single) {
        linear = startLinear;
        physical = startPhysical;
        page = codePage;
        long startRip = cpu.rip;
        rip = startRip;
        int start = (int) (startPhysical & GuestRam.PAGE_SIZE - 1);
        int end = start;
        int count = 0;
        int limit = single || codePage == null ? 1 : Block.MAX_INSTRUCTIONS;
        int size = 0;
        Insn last = null;
        CodePage second = null;
        while (count < limit && end < GuestRam.PAGE_SIZE) {
            if (count > 0 && (cpu.outside.breaksAt(linear) || meetsBlock(codePage, end, rip))) {
                break;
            }
            Insn insn;
            try {
                insn = decoder.decode(fetch, rip, cpu.codeMode());
            } catch (GuestFault e) {
                if (count == 0) {
                    throw e;
                }
                break;
            }
            insn.flat = cpu.isFlat();
            boolean crosses = end + insn.length > GuestRam.PAGE_SIZE;
            if (crosses && count > 0) {
                break;
            }
            Row row = row(insn);
            Op fused = last == null ? null : Fusion.tryFuse(last, ops[size - 1], insn);
            if (fused != null) {
                ops[size - 1] = fused;
            } else {
                if (size == 1 && ops[0] == IdleOp.INSTANCE) {
                    // Functions begin with room for tracing. Elsewhere the operation before may write code there.
                    size = 0;
                }
                ops[size] = operation(insn, row);
                offsets[size] = (short) (end - start);
                counts[size] = (byte) count;
                size++;
            }
            last = insn;
            count++;
            end += insn.length;
            linear += insn.length;
            physical += insn.length;
            rip = nextRip(insn);
            if (crosses) {
                second = cache.page(secondPhysical);
            }
            if (crosses || endsBlock(insn, row)) {
                break;
            }
        }
        counts[size] = (byte) count;
        Block block = new Block(
                cpu.modeKey() | (single ? 1 : 0),
                startRip,
                rip,
                Arrays.copyOf(ops, size),
                Arrays.copyOf(offsets, size),
                Arrays.copyOf(counts, size + 1),
                end > GuestRam.PAGE_SIZE && second == null ? null : page,
                start,
                end,
                second);
        Arrays.fill(ops, 0, size, null);
        cache.add(block);
        return block;
    }

    /**
     * Whether another block that runs now and then begins there: two that overlap would go on overlapping, each with its own heat. One that
     * hardly runs, perhaps since an interrupt came there once, may part a comparison from its jump.
     */
    private boolean meetsBlock(@Nullable CodePage codePage, int offset, long rip) {
        Block met = codePage == null ? null : codePage.find(offset, rip, cpu.modeKey());
        return met != null && met.heat >= MET;
    }

    private static Row row(Insn insn) {
        if (insn.row == null) {
            throw new IllegalStateException("not decoded");
        }
        return insn.row;
    }

    private static boolean endsBlock(Insn insn, Row row) {
        return row.isBlockEnd() || row.isRepeatable() && (insn.rep || insn.repne);
    }

    private static long nextRip(Insn insn) {
        long next = insn.nextRip();
        return insn.longMode ? next : next & 0xFFFF_FFFFL;
    }

    private Op operation(Insn insn, Row row) {
        if (row.isProtectedOnly() && !cpu.isProtectedMode()) {
            return new HandlerOp(UNDEFINED, insn, nextRip(insn));
        }
        if (row.isPrivileged() && cpu.cpl != 0) {
            return new HandlerOp(NO_PRIVILEGE, insn, nextRip(insn));
        }
        if (IdleOp.isIdle(insn)) {
            return IdleOp.INSTANCE;
        }
        if (row.factory() != null) {
            Op op = row.factory().create(insn);
            if (op != null) {
                return op;
            }
        }
        return new HandlerOp(row.handler(), insn, nextRip(insn));
    }

    private int fetch(int index) {
        if (!cpu.isMode64() && rip + index > cpu.segLimit[CpuState.CS]) {
            throw GuestFault.gp(0);
        }
        int within = (int) (physical & GuestRam.PAGE_SIZE - 1) + index;
        if (within < GuestRam.PAGE_SIZE) {
            return page != null ? page.ram.getByte(page.offset + within) : fetchRegisters(physical + index);
        }
        secondPhysical = cpu.mmu.translateCode(linear + index);
        return fetchRegisters(secondPhysical);
    }

    /** Through the bus: memory that lies in odd pieces, or registers of devices. */
    private int fetchRegisters(long address) {
        cpu.bus.machineLock().lock();
        try {
            return (int) cpu.bus.memory().read(address, 1) & 0xFF;
        } finally {
            cpu.bus.machineLock().unlock();
        }
    }
}
