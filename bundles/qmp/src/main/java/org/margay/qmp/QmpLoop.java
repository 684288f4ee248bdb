package org.margay.qmp;

/**
 * Where commands run: one at a time, under the machine lock. Registered as a service by the machine; the dispatcher knows
 * nothing else of it.
 */
public interface QmpLoop {
    /**
     * Runs a task under the machine lock, on the calling thread, and returns when it is done. Replies are handed to the
     * transport inside the task, so an event raised later cannot overtake its command's reply.
     */
    void run(Runnable task);
}
