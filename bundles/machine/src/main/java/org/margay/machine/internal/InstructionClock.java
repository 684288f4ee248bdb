package org.margay.machine.internal;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.margay.machine.CountedClock;
import org.margay.machine.Timer;
import org.margay.machine.VirtualCpu;
import org.margay.machine.plan.InstructionCounting;

/**
 * Virtual time from instructions (-icount). It reads origin + (instructions &lt;&lt; shift). While all vCPUs sleep the origin moves: to
 * the next deadline at once, or as real time goes by, but to the deadline exactly when it is reached. So what the guest sees depends
 * on nothing but its instructions, as long as nothing comes from outside.
 */
final class InstructionClock extends GuestClock implements CountedClock {
    /** Timers and tasks done in one go before a guest instruction: what arms itself in the past must not hang the vCPU. */
    private static final int PATIENCE = 10_000;

    /** Instructions between two looks at real time, for align and auto. */
    private static final long SLICE = 1 << 18;

    /** How far ahead of real time an aligned guest may be, in nanoseconds: host sleeps are no finer. */
    private static final long MAY_LEAD = 1_000_000;

    private final MachineLoop loop;
    private final InstructionCounting settings;
    private final List<VirtualCpu> cpus;
    private Runnable onChange = () -> {};

    private volatile int shift;
    private volatile long origin;
    private volatile boolean running;

    /** The machine is in S3: vCPUs stand, and time goes on. */
    private boolean suspended;

    /** Since when all sleep: {@link System#nanoTime}, moved on with each timer that fired since. */
    private record Nap(long since) {}

    private volatile @Nullable Nap nap;

    /** A timer fires while all sleep: it is the deadline, exactly. */
    private volatile boolean firing;

    /** A vCPU is between two instructions and has the loop's turn: timers fire as its count says. Under the lock. */
    private boolean atBoundary;

    private final RealPace pace;

    /** @param cpus the machine's own list */
    InstructionClock(MachineLoop loop, InstructionCounting settings, List<VirtualCpu> cpus) {
        super(loop);
        this.loop = loop;
        this.settings = settings;
        this.cpus = cpus;
        this.shift = settings.shift();
        this.pace = new RealPace(shift);
        loop.onTask(() -> onChange.run());
    }

    private long instructions() {
        long sum = 0;
        for (VirtualCpu cpu : cpus) {
            sum += cpu.instructions();
        }
        return sum;
    }

    private long counted() {
        return origin + (instructions() << shift);
    }

    @Override
    public long nanos() {
        long counted = counted();
        Nap sleeping = nap;
        if (sleeping == null || !settings.sleep() || firing) {
            return counted;
        }
        long deadline = nextDeadline();
        long real = counted + System.nanoTime() - sleeping.since;
        return Math.max(counted, deadline == Timer.NEVER ? real : Math.min(real, deadline));
    }

    private void moveTo(long nanos) {
        origin = nanos - (instructions() << shift);
    }

    @Override
    void setRunning(boolean run) {
        if (run != running) {
            wakeUp();
            running = run;
            pace.setRunning(run);
            sleepersChanged();
        }
    }

    @Override
    public void sleepersChanged() {
        if (!running || !allAsleep()) {
            wakeUp();
        } else if (nap == null) {
            nap = new Nap(System.nanoTime());
            loop.wake();
        }
    }

    @Override
    void setSuspended(boolean suspend) {
        suspended = suspend;
        sleepersChanged();
    }

    private boolean allAsleep() {
        if (suspended) {
            return true;
        }
        for (VirtualCpu cpu : cpus) {
            if (!cpu.asleep()) {
                return false;
            }
        }
        return true;
    }

    private void wakeUp() {
        if (nap != null) {
            moveTo(nanos());
            nap = null;
        }
    }

    // --- timers ---

    @Override
    void changed() {
        if (nap != null) {
            super.changed();
        }
        onChange.run();
    }

    @Override
    public void onChange(Runnable listener) {
        Runnable others = onChange;
        onChange = () -> {
            others.run();
            listener.run();
        };
    }

    @Override
    long until(long deadline) {
        if (!running || nap == null) {
            return Long.MAX_VALUE;
        }
        return settings.sleep() ? deadline - nanos() : 0;
    }

    @Override
    void fireDue() {
        if (atBoundary) {
            for (int i = 0; i < PATIENCE && nextDeadline() <= counted(); i++) {
                fireFirst();
            }
        } else if (running) {
            fireAsleep();
        }
    }

    /** Fires those that are due while all sleep, one after the other until one of them wakes a vCPU. */
    private void fireAsleep() {
        for (int i = 0; i < PATIENCE && nap != null && allAsleep(); i++) {
            long deadline = nextDeadline();
            if (deadline == Timer.NEVER || settings.sleep() && nanos() < deadline) {
                return;
            }
            long step = deadline - counted();
            if (step > 0) {
                moveTo(deadline);
                nap = new Nap(nap.since + step);
            }
            firing = true;
            try {
                fireFirst();
            } finally {
                firing = false;
            }
            if (!allAsleep()) {
                // However late the host was: the guest goes on at the deadline.
                nap = null;
            }
        }
    }

    // --- between two instructions ---

    @Override
    public long budget() {
        long most = settings.auto() || settings.align() ? SLICE : Long.MAX_VALUE >> 1;
        long deadline = nextDeadline();
        if (deadline == Timer.NEVER) {
            return most;
        }
        long wait = deadline - counted();
        return wait <= 0 ? 0 : Math.min(most, (wait - 1 >> shift) + 1);
    }

    @Override
    public boolean catchUp(BooleanSupplier giveUp) {
        if (!loop.runUnless(giveUp, this::boundary)) {
            return false;
        }
        if (settings.align()) {
            waitForRealTime(giveUp);
        }
        return true;
    }

    private void boundary() {
        atBoundary = true;
        try {
            for (int i = 0; i < PATIENCE && (i == 0 || loop.hasTasks() || nextDeadline() <= counted()); i++) {
                loop.turn();
            }
        } finally {
            atBoundary = false;
        }
        if (settings.auto()) {
            long now = counted();
            shift = pace.shift(now);
            moveTo(now);
        }
    }

    private void waitForRealTime(BooleanSupplier giveUp) {
        for (long lead = pace.lead(counted()); lead > MAY_LEAD && !giveUp.getAsBoolean(); lead = pace.lead(counted())) {
            LockSupport.parkNanos(this, Math.min(lead, MAY_LEAD));
        }
    }
}
