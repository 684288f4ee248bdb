package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Pace;

/**
 * Runs blocks instruction by instruction where virtual time goes with them (-icount): the count is exact whenever a device looks at
 * it, {@link Cpu#lookAt} is never overrun, and what an instruction brings about (an interrupt, a timer) is seen before the next one.
 */
final class CountedRunner {
    private final Cpu cpu;
    private final BlockCache cache;
    private final Pace pace;

    CountedRunner(Cpu cpu, BlockCache cache, Pace pace) {
        this.cpu = cpu;
        this.cache = cache;
        this.pace = pace;
    }

    /** Whether something is to be done before the next instruction. */
    boolean isDue() {
        return cpu.instructions >= cpu.lookAt || (cpu.requests() & Cpu.REQUEST_TIME) != 0;
    }

    /** Does it; false when the processor has to leave guest code first. */
    boolean catchUp() {
        return pace.catchUp(cpu) && (cpu.requests() & Cpu.REQUEST_EXIT) == 0;
    }

    /** Whether the engine may go on with the next block. */
    boolean mayRun() {
        return cpu.instructions < cpu.lookAt;
    }

    /** Runs a region, or a block if there is none or it can't do anything here. Whether the block ran to its end. */
    @Nullable
    Block run(Block block) {
        Region region = block.region;
        if (region != null && region.isReady() && region.isCurrent(cache)) {
            long before = cpu.instructions;
            if (region.run(cpu) && (cpu.instructions != before || cpu.rip != block.rip)) {
                return block;
            }
        }
        Block next;
        try {
            next = cache.find(false);
            if (next.counts[1] > cpu.lookAt - cpu.instructions) {
                // Two instructions in one operation, and time for one.
                next = cache.find(true);
            }
        } catch (GuestFault fault) {
            cpu.system.deliverFault(cpu, fault);
            return null;
        }
        return execute(next) ? next : null;
    }

    /** Whether it ran to its end. */
    boolean execute(Block block) {
        Op[] ops = block.ops;
        byte[] counts = block.counts;
        long base = cpu.instructions;
        int i = 0;
        try {
            for (; i < ops.length; i++) {
                cpu.instructions = base + counts[i];
                if (i != 0 && (base + counts[i + 1] > cpu.lookAt || cpu.mustLook())) {
                    cpu.rip = block.rip + block.offsets[i];
                    return false;
                }
                ops[i].execute(cpu);
            }
            cpu.instructions = base + counts[i];
            if (block.runsOn) {
                cpu.rip = block.nextRip;
            }
            if (cpu.unfinished) {
                // A repeated string instruction counts when it is done.
                cpu.unfinished = false;
                cpu.instructions--;
            }
            return true;
        } catch (GuestFault fault) {
            cpu.rip = block.rip + block.offsets[i];
            boolean stack = fault == GuestFault.NOT_CANONICAL && ops[i].usesStackSegment();
            cpu.system.deliverFault(cpu, stack ? GuestFault.of(GuestFault.SS, 0) : fault);
        } catch (StaleOp.Left _) {
            // It has set RIP.
        }
        return false;
    }
}
