package org.margay.machine.internal.random;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.random.RandomBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Random bytes of a file. It is opened and read on a thread of its own, since devices may take their time to gather entropy. */
final class RandomFile extends RandomBackend {
    private static final Logger LOG = LoggerFactory.getLogger(RandomFile.class);

    private final Machine machine;
    private final Path file;
    private final Object state = new Object();
    private @Nullable FileChannel channel;
    private boolean closed;

    RandomFile(Machine machine, Path file) {
        super(RngRandom.TYPE);
        this.machine = machine;
        this.file = file;
    }

    @Override
    protected void fetch(int count) {
        Thread.ofVirtual().name("margay-random").start(() -> {
            try {
                byte[] bytes = read(count);
                machine.later(() -> arrived(bytes));
            } catch (IOException e) {
                // Those who wait go on waiting, as with a device that has no entropy left.
                if (!isClosed()) {
                    LOG.error("no random numbers from {}: {}", file, e.toString());
                }
            }
        });
    }

    private byte[] read(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        if (opened().read(buffer) <= 0) {
            throw new IOException("it has come to its end");
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private FileChannel opened() throws IOException {
        synchronized (state) {
            if (channel != null) {
                return channel;
            }
        }
        // Not under the lock: to open a FIFO means to wait for who writes it.
        FileChannel made = FileChannel.open(file, StandardOpenOption.READ);
        synchronized (state) {
            channel = made;
            if (closed) {
                made.close();
            }
        }
        return made;
    }

    private boolean isClosed() {
        synchronized (state) {
            return closed;
        }
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return List.of(ObjectProperty.readOnly("filename", "string", file::toString));
    }

    @Override
    public void close() {
        synchronized (state) {
            closed = true;
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    LOG.debug("close of {}", file, e);
                }
            }
        }
    }
}
