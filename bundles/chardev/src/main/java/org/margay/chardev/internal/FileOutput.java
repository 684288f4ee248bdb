package org.margay.chardev.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.margay.chardev.ChardevBackend;

/** What is written goes to a file; nothing comes from it. */
final class FileOutput implements Backend {
    private final ChardevBackend.File file;

    FileOutput(ChardevBackend.File file) {
        this.file = file;
    }

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    Path.of(file.path()),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    file.append() ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new IOException("can't open '" + file.path() + "': " + FileErrors.reason(e));
        }
        peers.accept(new ChannelStream(new ChannelStream.Ends(file.path(), null, channel, channel, false)));
    }

    @Override
    public String filename() {
        return "file";
    }

    @Override
    public void close() {}
}
