package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.Pace;
import org.margay.memory.GuestRam;

/** Runs a processor's code, block by block. One thread at a time. */
public final class Interpreter {
    /** Why {@link #run} came back. */
    public enum Exit {
        /** {@link Cpu#REQUEST_EXIT} was asked for. */
        REQUESTED,
        /** In HLT, and nothing wakes it now. */
        HALTED
    }

    private static final long DR7_ENABLES = 0xFF;

    private final Cpu cpu;
    private final BlockCache cache;

    /** Where virtual time goes with instructions; else null, and nothing of it costs anything. */
    private @Nullable CountedRunner counted;

    public Interpreter(Cpu cpu) {
        this.cpu = cpu;
        this.cache = new BlockCache(cpu);
    }

    /** Has blocks that run often translated. Before the first one runs. */
    public void promoteTo(Promoter translator) {
        cache.promoteTo(translator);
    }

    /** Other processors run on the same memory. Before this one runs. */
    public void share(CodeSharing others) {
        cache.share(others);
    }

    /** Virtual time goes with instructions. Before the first one runs. */
    public void countFor(Pace pace) {
        counted = new CountedRunner(cpu, cache, pace);
        cpu.counted = true;
    }

    /** To be told of writes to memory by others than this processor; any thread. */
    public GuestRam.WatchListener watchListener() {
        return cache::writtenByAnyone;
    }

    /**
     * Runs guest code on the current thread.
     *
     * @throws org.margay.cpu.internal.ShutdownException after a triple fault
     */
    public Exit run() {
        cache.ownedBy(Thread.currentThread());
        while (true) {
            if (counted == null) {
                runBlocks();
            } else {
                runCounted(counted);
            }
            Exit exit = look();
            if (exit != null) {
                return exit;
            }
        }
    }

    /** Runs one instruction, whatever is pending. */
    public void step() {
        cache.ownedBy(Thread.currentThread());
        single();
    }

    /** Throws all decoded code away: what blocks depend on has changed. The processor is paused. */
    public void forgetCode() {
        cache.forgetAll();
    }

    /** Runs until something needs a look. */
    private void runBlocks() {
        Block previous = null;
        while (!cpu.attention && !cpu.mustLook()) {
            previous = runBlock(previous);
        }
    }

    private void runCounted(CountedRunner runner) {
        Block previous = null;
        while (!cpu.attention && !cpu.mustLook() && runner.mayRun()) {
            Block block = warmed(previous);
            previous = block == null ? null : runner.run(block);
        }
    }

    /** The block that follows another, one run warmer; null when there is a fault instead. */
    private @Nullable Block warmed(@Nullable Block previous) {
        Block block;
        try {
            block = next(previous);
        } catch (GuestFault fault) {
            cpu.system.deliverFault(cpu, fault);
            return null;
        }
        if (++block.heat >= block.promoteAt) {
            cache.hot(block);
        }
        return block;
    }

    /** Runs the block that follows another. */
    private @Nullable Block runBlock(@Nullable Block previous) {
        Block block = warmed(previous);
        if (block == null) {
            return null;
        }
        Region region = block.region;
        if (region != null && region.isReady() && region.isCurrent(cache)) {
            return translated(region);
        }
        return execute(block) ? block : null;
    }

    /** Runs a region; what it can't do, by the interpreter. Its ways out are many, and no block's links: those say where the block went. */
    private @Nullable Block translated(Region region) {
        if (region.run(cpu)) {
            return null;
        }
        Block next;
        try {
            next = cache.find(false);
        } catch (GuestFault fault) {
            cpu.system.deliverFault(cpu, fault);
            return null;
        }
        return execute(next) ? next : null;
    }

    private Block next(@Nullable Block previous) {
        if (previous == null) {
            return cache.find(false);
        }
        long rip = cpu.rip;
        long key = cpu.modeKey();
        int local = cpu.mmu.localMapping();
        int global = cpu.mmu.globalMapping();
        Block link = previous.linkA;
        if (link != null && link.rip == rip && (link.mapping == global || link.mapping == local) && link.key == key) {
            return link;
        }
        link = previous.linkB;
        if (link != null && link.rip == rip && (link.mapping == global || link.mapping == local) && link.key == key) {
            return link;
        }
        Block found = cache.find(false);
        if (found.page != null) {
            previous.linkB = previous.linkA;
            previous.linkA = found;
        }
        return found;
    }

    /** Whether it ran to its end. */
    private boolean execute(Block block) {
        Op[] ops = block.ops;
        int i = 0;
        try {
            for (; i < ops.length; i++) {
                ops[i].execute(cpu);
            }
            if (block.runsOn) {
                cpu.rip = block.nextRip;
            }
            cpu.instructions += block.instructions;
            return true;
        } catch (GuestFault fault) {
            cpu.instructions += block.counts[i];
            cpu.rip = block.rip + block.offsets[i];
            boolean stack = fault == GuestFault.NOT_CANONICAL && ops[i].usesStackSegment();
            cpu.system.deliverFault(cpu, stack ? GuestFault.of(GuestFault.SS, 0) : fault);
        } catch (StaleOp.Left _) {
            cpu.instructions += block.counts[i];
        }
        return false;
    }

    /** Between two blocks, when something is pending: deals with it. */
    private @Nullable Exit look() {
        int requests = cpu.requests();
        if ((requests & Cpu.REQUEST_CODE_WRITTEN) != 0) {
            cache.catchUp();
        }
        if ((requests & Cpu.REQUEST_BUS) != 0) {
            cpu.busLock.yield(cpu);
        }
        if ((requests & Cpu.REQUEST_FLUSH) != 0) {
            cpu.clearRequest(Cpu.REQUEST_FLUSH);
            cpu.flushTlb(false);
        }
        if ((requests & Cpu.REQUEST_EXIT) != 0) {
            return Exit.REQUESTED;
        }
        if (counted != null && counted.isDue()) {
            if (!counted.catchUp()) {
                return Exit.REQUESTED;
            }
            requests = cpu.requests();
            if ((requests & (Cpu.REQUEST_CODE_WRITTEN | Cpu.REQUEST_FLUSH)) != 0) {
                return null;
            }
        }
        boolean shadowed = cpu.interruptShadow;
        cpu.interruptShadow = false;
        if (requests != 0 && !shadowed) {
            cpu.system.serviceRequests(cpu);
        }
        if (cpu.halted) {
            return cpu.system.wakesFromHalt(cpu) ? null : Exit.HALTED;
        }
        boolean trap = (cpu.flags & LazyFlags.TF) != 0;
        boolean armed = (cpu.dr[7] & DR7_ENABLES) != 0;
        boolean watched = cpu.outside.watches();
        if (shadowed || trap || armed || watched) {
            single();
        }
        cpu.attention = cpu.interruptShadow
                || cpu.halted
                || (cpu.flags & LazyFlags.TF) != 0
                || (cpu.dr[7] & DR7_ENABLES) != 0
                || watched;
        if (watched) {
            cpu.outside.checkHit();
        }
        return null;
    }

    private void single() {
        boolean trap = (cpu.flags & LazyFlags.TF) != 0;
        boolean done;
        try {
            if ((cpu.dr[7] & DR7_ENABLES) != 0) {
                cpu.system.beforeStep(cpu);
            }
            Block block = cache.find(true);
            done = counted == null ? execute(block) : counted.execute(block);
        } catch (GuestFault fault) {
            cpu.system.deliverFault(cpu, fault);
            done = false;
        }
        if (done) {
            cpu.system.afterStep(cpu, trap);
        }
    }
}
