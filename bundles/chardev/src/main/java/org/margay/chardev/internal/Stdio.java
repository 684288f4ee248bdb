package org.margay.chardev.internal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.ChardevBackend;

/** The process's standard input and output. A terminal is put into raw mode meanwhile. */
final class Stdio implements Backend {
    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private final boolean signal;
    private volatile @Nullable Terminal terminal;

    Stdio(ChardevBackend.Stdio stdio) {
        this.signal = stdio.signal();
    }

    @Override
    @SuppressWarnings("resource") // Standard streams stay open for the process.
    public void start(Consumer<PeerStream> peers) throws IOException {
        if (!TAKEN.compareAndSet(false, true)) {
            throw new IOException("cannot use stdio by multiple character devices");
        }
        if (Terminal.isStandardInput()) {
            terminal = Terminal.raw(0, signal);
        }
        FileChannel input = new FileInputStream(FileDescriptor.in).getChannel();
        FileChannel output = new FileOutputStream(FileDescriptor.out).getChannel();
        peers.accept(new ChannelStream(
                new ChannelStream.Ends("stdio", input, output, () -> {}, false),
                Thread.ofPlatform().daemon().name("chardev-stdin").factory()));
    }

    @Override
    public String filename() {
        return "stdio";
    }

    @Override
    public void close() {
        Terminal raw = terminal;
        if (raw != null) {
            raw.restore();
            terminal = null;
        }
        TAKEN.set(false);
    }
}
