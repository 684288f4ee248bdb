package org.margay.cpu.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What LOCK means for operands that the host can't change in one step: such as cross its words, are no RAM, or share a page with code
 * (SDM vol. 3, 9.1.2). The processor that needs it waits until no other one of the machine is between two blocks' looks, and goes on
 * alone. Any thread, without the machine lock.
 */
public final class BusLock {
    /** Threads that run guest code. */
    private final Map<Thread, Cpu> running = new HashMap<>();

    private @Nullable Cpu holder;

    /** This thread begins to run guest code. */
    public synchronized void enter(Cpu cpu) {
        while (holder != null) {
            await();
        }
        running.put(Thread.currentThread(), cpu);
    }

    /** This thread runs no guest code any more. */
    public synchronized void leave() {
        running.remove(Thread.currentThread());
        notifyAll();
    }

    /** Between two blocks: lets another processor have the bus. */
    public synchronized void yield(Cpu cpu) {
        cpu.clearRequest(Cpu.REQUEST_BUS);
        if (holder != null && running.containsKey(Thread.currentThread())) {
            leave();
            enter(cpu);
        }
    }

    /**
     * This thread is about to wait for another processor to stop, which may wait for the bus itself.
     *
     * @return what {@link #comeBack} is to be called with
     */
    public synchronized @Nullable Cpu stepAside() {
        Cpu cpu = running.remove(Thread.currentThread());
        notifyAll();
        return cpu;
    }

    /** Such a wait is over. Does not wait for the bus: that may need the machine lock, which this thread has. */
    public synchronized void comeBack(@Nullable Cpu cpu) {
        if (cpu != null) {
            running.put(Thread.currentThread(), cpu);
            if (holder != null) {
                cpu.request(Cpu.REQUEST_BUS);
            }
        }
    }

    /** Does something while no other processor runs. It may throw. */
    public long locked(Cpu cpu, LongSupplier change) {
        boolean ran = acquire(cpu);
        try {
            return change.getAsLong();
        } finally {
            release(cpu, ran);
        }
    }

    private synchronized boolean acquire(Cpu cpu) {
        boolean ran = running.remove(Thread.currentThread()) != null;
        notifyAll();
        while (holder != null) {
            await();
        }
        holder = cpu;
        running.values().forEach(other -> other.request(Cpu.REQUEST_BUS));
        while (!running.isEmpty()) {
            await();
        }
        return ran;
    }

    private synchronized void release(Cpu cpu, boolean ran) {
        holder = null;
        if (ran) {
            running.put(Thread.currentThread(), cpu);
        }
        notifyAll();
    }

    /** For whoever notifies. Interrupts stay for those whom they concern. */
    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                wait();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
