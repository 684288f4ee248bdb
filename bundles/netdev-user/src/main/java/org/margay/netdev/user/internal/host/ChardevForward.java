package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.netdev.user.internal.tcp.HostStream;
import org.margay.netdev.user.internal.tcp.LoopStream;

/** A chardev that guests' connections lead to, one at a time. What the peer sends while there is none waits there. */
public final class ChardevForward implements CharFrontend, HostStream.Opener, AutoCloseable {
    private static final int BUFFER = 16 << 10;

    private final Chardev chardev;
    private final Executor loop;
    private @Nullable Stream stream;

    /**
     * Takes a chardev.
     *
     * @throws IllegalStateException when it is in use
     */
    public ChardevForward(Chardev chardev, Executor loop) {
        this.chardev = chardev;
        this.loop = loop;
        chardev.attach(this);
    }

    @Override
    public HostStream open(HostStream.Events events) throws IOException {
        if (stream != null) {
            throw new ConnectException("chardev '%s' is in use".formatted(chardev.label()));
        }
        Stream opened = new Stream(events);
        stream = opened;
        opened.begin();
        return opened;
    }

    @Override
    public int receive(byte[] data, int offset, int length) {
        Stream open = stream;
        return open == null ? 0 : open.receive(data, offset, length);
    }

    @Override
    public void closed() {
        Stream open = stream;
        if (open != null) {
            open.peerGone();
        }
    }

    @Override
    public void writable() {
        Stream open = stream;
        if (open != null) {
            open.roomAgain();
        }
    }

    @Override
    public void close() {
        chardev.detach(this);
    }

    /** One connection. */
    private final class Stream extends LoopStream {
        private final ByteBuffer input = ByteBuffer.allocate(BUFFER).flip();
        private boolean inputEnded;
        private boolean full;

        Stream(Events events) {
            super(loop, events);
        }

        void begin() {
            connected();
            loop.execute(chardev::acceptInput);
        }

        int receive(byte[] data, int offset, int length) {
            input.compact();
            int fits = Math.min(length, input.remaining());
            input.put(data, offset, fits).flip();
            changed();
            return fits;
        }

        void peerGone() {
            inputEnded = true;
            changed();
        }

        void roomAgain() {
            full = false;
            changed();
        }

        @Override
        protected boolean readReady() {
            return input.hasRemaining() || inputEnded;
        }

        @Override
        protected boolean writeReady() {
            return !full;
        }

        @Override
        public int read(ByteBuffer target) {
            int length = Math.min(target.remaining(), input.remaining());
            if (length == 0) {
                return inputEnded ? -1 : 0;
            }
            target.put(input.slice(input.position(), length));
            input.position(input.position() + length);
            loop.execute(chardev::acceptInput);
            return length;
        }

        @Override
        public int write(byte[] bytes, int offset, int length) {
            int written = chardev.write(bytes, offset, length);
            full = written < length;
            return written;
        }

        /** A chardev has no end of its own. */
        @Override
        public void shutdownOutput() {
            inputEnded = true;
            changed();
        }

        @Override
        protected void end() {
            stream = null;
        }
    }
}
