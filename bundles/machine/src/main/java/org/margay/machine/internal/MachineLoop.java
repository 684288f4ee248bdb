package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpLoop;

/**
 * One thread that runs tasks and timers under the machine lock, and parks until the earliest deadline of all clocks.
 *
 * <p>Clients' threads run their commands inline ({@link #run}): a turn, taken before the machine lock, keeps them and the
 * loop apart even while a task waits for a vCPU and has given the machine lock up. vCPU threads take the lock alone.
 */
final class MachineLoop implements QmpLoop {
    /** Tasks run in one turn before others get the lock. */
    private static final int BATCH = 256;

    /** The host's wall clock may be set: no sleep is longer, in nanoseconds, while one of its timers is armed. */
    static final long WALL_CLOCK_CHECK = 1_000_000_000L;

    private final ReentrantLock turn = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<LoopClock> clocks = new ArrayList<>();
    private final BiConsumer<String, Throwable> onFault;
    private Runnable onTask = () -> {};
    private volatile @Nullable Thread thread;
    private volatile boolean ending;
    private volatile boolean ended;

    /** @param onFault told of what tasks and timers throw, under the lock */
    MachineLoop(BiConsumer<String, Throwable> onFault) {
        this.onFault = onFault;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Whether the calling thread is the loop or runs in its place. */
    boolean isTurn() {
        return turn.isHeldByCurrentThread();
    }

    /** Before {@link #start}. */
    void add(LoopClock clock) {
        clocks.add(clock);
    }

    void start() {
        Thread loop = Thread.ofPlatform().name("margay-loop").daemon(true).unstarted(this::work);
        thread = loop;
        loop.start();
    }

    /**
     * The machine is closing: clients' commands that wait for their turn are dropped, so that their threads are free to send
     * what is left to send.
     */
    void ending() {
        ending = true;
    }

    /** Ends the thread after the turn in progress. Tasks that come later are dropped. */
    void end() {
        ended = true;
        wake();
    }

    void later(Runnable task) {
        tasks.add(task);
        onTask.run();
        // Whoever has the turn looks at the tasks when it is over.
        if (!isTurn()) {
            wake();
        }
    }

    /** Has tasks run now by the calling thread, when it gets turn and lock without waiting, else by the loop. */
    void soon(Runnable task) {
        tasks.add(task);
        onTask.run();
        if (ended || !turn.tryLock()) {
            wake();
            return;
        }
        try {
            if (lock.tryLock()) {
                try {
                    turn();
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            turn.unlock();
        }
        wakeForTasks();
    }

    /** Gives the lock up for some work of a vCPU's thread: of those that hold the lock it is the one without a turn. */
    boolean aside(Runnable work) {
        if (isTurn() || lock.getHoldCount() != 1) {
            return false;
        }
        lock.unlock();
        try {
            work.run();
        } finally {
            lock.lock();
        }
        return true;
    }

    private void wakeForTasks() {
        if (!tasks.isEmpty()) {
            wake();
        }
    }

    /** Lets the loop look at its deadlines again. */
    void wake() {
        Thread loop = thread;
        if (loop != null && loop != Thread.currentThread()) {
            LockSupport.unpark(loop);
        }
    }

    /** Who is told of each task, on the thread that brings it. Before {@link #start}. */
    void onTask(Runnable listener) {
        onTask = listener;
    }

    @Override
    public void run(Runnable task) {
        runUnless(() -> false, task);
    }

    /**
     * The same, unless it has to be given up first.
     *
     * @param giveUp asked while others have the turn
     * @return whether the task ran
     */
    boolean runUnless(BooleanSupplier giveUp, Runnable task) {
        if (!awaitTurn(giveUp)) {
            return false;
        }
        try {
            lock.lock();
            try {
                task.run();
            } finally {
                lock.unlock();
            }
        } finally {
            turn.unlock();
        }
        wakeForTasks();
        return true;
    }

    /** False when the machine ends first, or it is given up. */
    private boolean awaitTurn(BooleanSupplier giveUp) {
        boolean mine = turn.tryLock();
        boolean interrupted = false;
        while (!mine && !ending && !giveUp.getAsBoolean()) {
            try {
                mine = turn.tryLock(1, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return mine;
    }

    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    private void work() {
        while (!ended) {
            run(this::turn);
            long wait = tasks.isEmpty() && !ended ? untilNext() : 0;
            if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            }
        }
    }

    /** Runs waiting tasks and due timers; in {@link #run}. */
    void turn() {
        for (int i = 0; i < BATCH; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            guarded("task", task);
        }
        for (LoopClock clock : clocks) {
            clock.fireDue();
        }
    }

    /** Nanoseconds until the next timer. Deadlines read here may change; whoever changes one wakes the loop. */
    private long untilNext() {
        long wait = Long.MAX_VALUE;
        for (LoopClock clock : clocks) {
            wait = Math.min(wait, clock.untilNext());
        }
        return wait;
    }

    /** Runs what may throw: a fault of one device must not end the loop. */
    void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (VirtualMachineError | RuntimeException | LinkageError | AssertionError fault) {
            onFault.accept(what, fault);
        }
    }
}
