package org.margay.netdev.user.internal.tcp;

import java.io.IOException;
import java.util.concurrent.Executor;

/** A stream that no selector watches: it says itself when it is ready, and its events come by way of the machine loop. */
public abstract class LoopStream implements HostStream {
    private final Executor loop;
    private final Events events;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean ended;

    protected LoopStream(Executor loop, Events events) {
        this.loop = loop;
        this.events = events;
    }

    /** Whether {@link #read} would give bytes or the end. */
    protected abstract boolean readReady();

    /** Whether {@link #write} would take bytes. */
    protected abstract boolean writeReady();

    /** Gives back what it has. */
    protected abstract void end();

    /** To be called when it may be ready now for what it was not. */
    protected final void changed() {
        if (wantsRead && readReady()) {
            wantsRead = false;
            tell(events::readable);
        }
        if (wantsWrite && writeReady()) {
            wantsWrite = false;
            tell(events::writable);
        }
    }

    protected final void connected() {
        tell(events::connected);
    }

    protected final void failed(IOException why) {
        tell(() -> events.failed(why));
    }

    /** Whether the connection has no more use for it. */
    protected final boolean ended() {
        return ended;
    }

    private void tell(Runnable event) {
        loop.execute(() -> {
            if (!ended) {
                event.run();
            }
        });
    }

    @Override
    public final void awaitReadable() {
        wantsRead = true;
        changed();
    }

    @Override
    public final void awaitWritable() {
        wantsWrite = true;
        changed();
    }

    @Override
    public final void close() {
        if (!ended) {
            ended = true;
            end();
        }
    }

    @Override
    public final void abort() {
        close();
    }
}
