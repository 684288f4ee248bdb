package org.margay.chardev.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.chardev.StreamHandler;
import org.margay.chardev.internal.ChannelStream.Ends;

@Timeout(20)
class ChannelStreamTest {
    /** Takes nothing before it is told to. */
    private static final class SlowPeer implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch busy = new CountDownLatch(1);
        private final CountDownLatch ready = new CountDownLatch(1);
        private final CountDownLatch gone = new CountDownLatch(1);

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            busy.countDown();
            try {
                ready.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            int length = bytes.remaining();
            while (bytes.hasRemaining()) {
                taken.write(bytes.get());
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return gone.getCount() > 0;
        }

        @Override
        public void close() {
            gone.countDown();
        }
    }

    @Test
    void theEndOfInputCutsOffNoAnswerThatAnotherThreadWrites() throws Exception {
        SlowPeer peer = new SlowPeer();
        CountDownLatch answered = new CountDownLatch(1);
        ChannelStream stream = new ChannelStream(new Ends(
                "peer",
                Channels.newChannel(new ByteArrayInputStream("question".getBytes(US_ASCII))),
                peer,
                peer,
                true));
        stream.write("hello ".getBytes(US_ASCII), 0, 6);
        peer.busy.await();
        stream.begin(new StreamHandler() {
            @Override
            public void received(ByteBuffer bytes) {
                stream.write("answer".getBytes(US_ASCII), 0, 6);
                answered.countDown();
            }

            @Override
            public void closed() {}
        });
        answered.await();
        // Time for the reader to come to the end of its input, and to give up too early.
        Thread.sleep(50);
        peer.ready.countDown();
        peer.gone.await();
        assertThat(peer.taken.toString(US_ASCII)).isEqualTo("hello answer");
    }
}
