package org.margay.img.internal.copy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several threads at the same work. Platform threads: all that they do is blocking calls into the host's file system, during which a
 * virtual thread would hold its carrier.
 */
final class Workers {
    /** What each of them does, until nothing is left. */
    interface Task {
        void run(int worker) throws IOException, InterruptedException;
    }

    private Workers() {}

    /**
     * Runs a task in several threads and waits for all.
     *
     * @throws IOException the first that one of them threw; the others were interrupted
     */
    static void run(int count, Task task) throws IOException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int worker = i;
            threads.add(Thread.ofPlatform().name("worker-" + i).daemon().unstarted(() -> {
                try {
                    task.run(worker);
                } catch (Throwable e) {
                    // Interrupts close channels under the hands of others: only those that wait for their turn are
                    // woken.
                    failure.compareAndSet(null, e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            join(thread);
        }
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IOException(e);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
