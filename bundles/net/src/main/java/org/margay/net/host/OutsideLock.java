package org.margay.net.host;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;

/** Waits for something slow without keeping the machine lock from vCPUs, as a wait for a vCPU does. */
public final class OutsideLock {
    private OutsideLock() {}

    /**
     * Runs it on a thread of its own, and gives the lock up meanwhile.
     *
     * @param slow ends by itself, after some time at the latest
     * @throws DeviceException that it throws
     */
    public static <T> T run(Machine machine, Callable<T> slow) throws DeviceException {
        ReentrantLock lock = machine.lock();
        FutureTask<T> task = new FutureTask<>(slow);
        Condition done = lock.newCondition();
        Thread.ofPlatform().daemon().name("netdev-start").start(() -> {
            task.run();
            lock.lock();
            try {
                done.signalAll();
            } finally {
                lock.unlock();
            }
        });
        lock.lock();
        try {
            while (!task.isDone()) {
                done.awaitUninterruptibly();
            }
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DeviceException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("done, and yet waited for", e);
        } finally {
            lock.unlock();
        }
    }
}
