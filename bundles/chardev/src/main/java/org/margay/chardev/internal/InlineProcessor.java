package org.margay.chardev.internal;

import java.util.concurrent.Executor;
import org.apache.mina.transport.socket.nio.NioProcessor;
import org.jspecify.annotations.Nullable;

/**
 * MINA's I/O thread, which does not wake itself up: what a handler writes, suspends or closes on this thread is seen to before
 * the next select anyway. That saves three of six system calls for each command of a client.
 */
final class InlineProcessor extends NioProcessor {
    private volatile @Nullable Thread thread;

    InlineProcessor(Executor executor) {
        super(executor);
    }

    @Override
    protected int select(long timeout) throws Exception {
        thread = Thread.currentThread();
        return super.select(timeout);
    }

    @Override
    protected void wakeup() {
        if (Thread.currentThread() != thread) {
            super.wakeup();
        }
    }
}
