package org.margay.cpu.internal.jit;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.interp.Region;

/** A region with what its code needs to know at run time. */
public final class TranslatedRegion extends Region {
    /** Something else wants a look, between two instructions. */
    public static final class Leave extends RuntimeException {
        static final Leave INSTANCE = new Leave();

        private Leave() {
            super(null, null, false, false);
        }
    }

    private static final int MOST_STRANGERS = 64;

    /** So often may it be left in the middle before that is held against it, when it is one in so many times. */
    private static final int MOST_MISSES = 1000, MISSES_SHARE = 4;

    /** Until HotSpot has compiled it, it runs but once in so many times: the JVM's interpreter is slower than ours. */
    private static final int TRIAL = 8;

    /** What compiled code stays below, in nanoseconds for a run and for each instruction; that interpreter takes four times as long. */
    private static final long RUN_NANOS = 400, INSTRUCTION_NANOS = 20;

    private final Translator owner;

    /** Address of its first instruction. */
    private final long entry;

    private final int instructions;

    /** Where it goes on: {@link RegionPlan#ways()}. */
    private final Set<Long> ways;

    /** The only one in which its code looks. */
    private final long[] tlb;

    /** How often it was to run with another one: data of the user's may be open to the supervisor now and then (SMAP). */
    private int strangers;

    /** Where the region can be left: RIP there, and instructions done since the count was brought up to date. */
    long[] exits = {};

    int[] done = {};

    /** Instructions that are left to their handlers. */
    Insn[] handled = {};

    private volatile @Nullable RegionBody body;

    /** It was seen to run at the speed of compiled code, or needs not be. */
    private boolean proven;

    private int trials;

    /** How often it ran; less counts what is long ago. */
    private long warmth;

    private int misses;

    /** @param always it runs from the start as often as it can */
    TranslatedRegion(Translator owner, RegionPlan plan, long[] tlb, boolean always) {
        this.owner = owner;
        this.entry = plan.entry();
        this.instructions = plan.instructions();
        this.ways = plan.ways();
        this.tlb = tlb;
        this.proven = always;
    }

    long entry() {
        return entry;
    }

    /** How many there are in its plan. */
    int instructions() {
        return instructions;
    }

    boolean leadsTo(long rip) {
        return ways.contains(rip);
    }

    long[] tlb() {
        return tlb;
    }

    void complete(RegionBody code, long[] exitRips, int[] exitDone, Insn[] handledInsns) {
        exits = exitRips;
        done = exitDone;
        handled = handledInsns;
        body = code;
    }

    @Override
    protected boolean run(Cpu cpu) {
        RegionBody code = body;
        if (code == null) {
            return false;
        }
        if (cpu.mmu.entries() != tlb) {
            if (++strangers > MOST_STRANGERS) {
                discard();
            }
            return false;
        }
        warmth++;
        long before = cpu.instructions;
        long start = proven ? 0 : System.nanoTime();
        boolean whole = code.run(cpu, this);
        if (!proven) {
            prove(System.nanoTime() - start, cpu.instructions - before);
        }
        owner.ran(cpu.instructions - before, whole);
        if (!whole && ++misses > MOST_MISSES && misses > warmth / MISSES_SHARE) {
            owner.missesTooOften(this);
        }
        return whole;
    }

    long warmth() {
        return warmth;
    }

    void cool() {
        warmth >>= 1;
    }

    private void prove(long nanos, long instructions) {
        proven = nanos < RUN_NANOS + INSTRUCTION_NANOS * instructions;
    }

    @Override
    protected boolean isReady() {
        return body != null && (proven || ++trials % TRIAL == 0);
    }

    @Override
    protected void died(boolean written) {
        body = null;
        owner.died(this, written);
    }

    /**
     * Called by translated code on back edges: leaves when there is a request. By an exception out of a method that all regions share,
     * because a branch in the region itself would look to HotSpot as never taken, and the first request at each back edge would throw its
     * compiled code away; so only the first one does, when the handler was never reached before.
     */
    public static void look(Cpu cpu) {
        if (cpu.mustLook()) {
            throw Leave.INSTANCE;
        }
    }

    /** Called by translated code that leaves: sets RIP and the count of instructions. */
    public static void leave(Cpu cpu, TranslatedRegion region, int exit, long count) {
        cpu.rip = region.exits[exit];
        cpu.instructions += count + region.done[exit];
    }

    /** Called by translated code that leaves for an address that it computed. */
    public static void leaveTo(Cpu cpu, long rip, long count) {
        cpu.rip = rip;
        cpu.instructions += count;
    }

    /** Whether something is due that the instruction brought about; a repeated one that has left off is not counted. */
    private static boolean countedLeaves(Cpu cpu) {
        if (cpu.unfinished) {
            cpu.unfinished = false;
            cpu.instructions--;
        }
        return cpu.mustLook() || cpu.instructions >= cpu.lookAt;
    }

    /**
     * Called by translated code of a processor whose instructions are counted, before a block: leaves when there is no time for all of it.
     *
     * @param after instructions since the count was brought up to date, with the block's
     */
    public static void afford(Cpu cpu, long after) {
        if (cpu.instructions + after > cpu.lookAt) {
            throw Leave.INSTANCE;
        }
    }

    /**
     * Called by translated code, with all state in the processor: runs an instruction's handler.
     *
     * @param instructions done before this one, not counted yet
     * @return whether the region has to be left; state is in the processor then
     */
    public static boolean call(Cpu cpu, TranslatedRegion region, int index, long instructions) {
        Insn insn = region.handled[index];
        long mask = insn.longMode ? -1 : 0xFFFF_FFFFL;
        long next = insn.nextRip() & mask;
        cpu.instructions += instructions;
        cpu.rip = next;
        try {
            if (insn.row != null) {
                insn.row.handler().execute(cpu, insn);
            }
        } catch (GuestFault fault) {
            cpu.rip = insn.rip;
            cpu.system.deliverFault(cpu, fault);
            return true;
        }
        cpu.instructions++;
        if (cpu.counted && countedLeaves(cpu)) {
            return true;
        }
        return cpu.rip != next || region.isDead() || cpu.attention;
    }
}
