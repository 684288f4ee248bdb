package org.margay.chardev.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.margay.chardev.ChardevBackend;

/** FIFOs of the host: PATH.in for our input and PATH.out for our output, or PATH for both. */
final class Pipe implements Backend {
    private final String path;

    Pipe(ChardevBackend.Pipe pipe) {
        this.path = pipe.path();
    }

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        Path in = Path.of(path + ".in");
        Path out = Path.of(path + ".out");
        boolean pair = Files.exists(in) && Files.exists(out);
        // Opened for both directions, a FIFO neither waits for its other end nor ends with it (fifo(7)).
        FileChannel input = open(pair ? in : Path.of(path));
        FileChannel output = pair ? open(out) : input;
        peers.accept(new ChannelStream(
                new ChannelStream.Ends(
                        path,
                        input,
                        output,
                        () -> {
                            input.close();
                            output.close();
                        },
                        true),
                Thread.ofPlatform().daemon().name("chardev-pipe").factory()));
    }

    private static FileChannel open(Path fifo) throws IOException {
        try {
            return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("can't open '" + fifo + "': " + FileErrors.reason(e));
        }
    }

    @Override
    public String filename() {
        return "pipe";
    }

    @Override
    public void close() {}
}
