package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.margay.netdev.user.internal.tftp.TftpFiles;

/** Files of a directory of the host, and of none beside or above it, whatever links in it say. Virtual threads read them. */
public final class HostDirectory implements TftpFiles {
    private final Path root;
    private final Executor loop;

    public HostDirectory(Path root, Executor loop) {
        this.root = root;
        this.loop = loop;
    }

    @Override
    public void open(String name, Consumer<Optional<OpenFile>> then) {
        background(() -> openNow(name), then);
    }

    private <T> void background(Supplier<T> work, Consumer<T> then) {
        Thread.ofVirtual().name("margay-net-file").start(() -> {
            T result = work.get();
            loop.execute(() -> then.accept(result));
        });
    }

    private Optional<OpenFile> openNow(String name) {
        try {
            Path top = root.toRealPath();
            Path file = top.resolve(name.replaceFirst("^/+", "")).toRealPath();
            if (!file.startsWith(top) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new HostFile(channel, channel.size()));
        } catch (IOException | InvalidPathException _) {
            return Optional.empty();
        }
    }

    private final class HostFile implements OpenFile {
        private final FileChannel channel;
        private final long size;

        HostFile(FileChannel channel, long size) {
            this.channel = channel;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long position, int length, Consumer<Optional<byte[]>> then) {
            background(() -> readNow(position, length), then);
        }

        private Optional<byte[]> readNow(long position, int length) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            try {
                int read = 0;
                while (read >= 0 && buffer.hasRemaining()) {
                    read = channel.read(buffer, position + buffer.position());
                }
                return Optional.of(Arrays.copyOf(buffer.array(), buffer.position()));
            } catch (IOException _) {
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            background(
                    () -> {
                        try {
                            channel.close();
                        } catch (IOException _) {
                            // It was only read.
                        }
                        return true;
                    },
                    _ -> {});
        }
    }
}
