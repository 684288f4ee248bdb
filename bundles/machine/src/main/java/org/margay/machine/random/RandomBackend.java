package org.margay.machine.random;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.UserObject;

/** A source of random bytes that users make by name, for any number of devices. Under the machine lock. */
public abstract class RandomBackend implements UserObject {
    private final String typeName;
    private final Deque<Connection> waiting = new ArrayDeque<>();
    private int connections;
    private boolean fetching;

    /** Makes one; typeName is that of its {@link org.margay.machine.object.ObjectDriver}. */
    protected RandomBackend(String typeName) {
        this.typeName = typeName;
    }

    /** Makes a device's access. */
    public final RandomSource connect() {
        connections++;
        return new Connection();
    }

    /**
     * Gets bytes from the host without waiting for them; {@link #arrived} takes them later, never within this call. Not called again
     * before.
     *
     * @param count how many are wanted, 1 or more
     */
    protected abstract void fetch(int count);

    /** Bytes have come; if there are none, or fewer than are wanted, more are fetched. */
    protected final void arrived(byte[] bytes) {
        fetching = false;
        int given = 0;
        while (given < bytes.length && !waiting.isEmpty()) {
            Connection first = waiting.remove();
            int part = Math.min(first.count, bytes.length - given);
            first.receive(Arrays.copyOfRange(bytes, given, given + part));
            given += part;
        }
        fetchNext();
    }

    private void fetchNext() {
        Connection first = waiting.peek();
        if (first != null && !fetching) {
            fetching = true;
            fetch(first.count);
        }
    }

    @Override
    public final String typeName() {
        return typeName;
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return List.of();
    }

    @Override
    public final boolean inUse() {
        return connections > 0;
    }

    private final class Connection implements RandomSource {
        private int count;
        private @Nullable Consumer<byte[]> receiver;
        private boolean closed;

        @Override
        public void request(int wanted, Consumer<byte[]> newReceiver) {
            if (closed || receiver != null || wanted < 1) {
                throw new IllegalStateException("random bytes are asked for already, or not any more");
            }
            count = wanted;
            receiver = newReceiver;
            waiting.add(this);
            fetchNext();
        }

        void receive(byte[] bytes) {
            Consumer<byte[]> open = receiver;
            receiver = null;
            if (open != null) {
                open.accept(bytes);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                receiver = null;
                waiting.remove(this);
                connections--;
            }
        }
    }
}
