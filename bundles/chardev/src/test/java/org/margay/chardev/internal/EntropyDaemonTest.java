package org.margay.chardev.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;
import org.margay.machine.random.RandomSource;

class EntropyDaemonTest {
    /** The daemon's end. */
    private static final class Line implements Chardev {
        final List<Integer> sent = new ArrayList<>();
        int room = Integer.MAX_VALUE;

        @Nullable
        CharFrontend frontend;

        @Override
        public String label() {
            return "egd";
        }

        @Override
        public String filename() {
            return "egd";
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public boolean attached() {
            return frontend != null;
        }

        @Override
        public void attach(CharFrontend newFrontend) {
            frontend = newFrontend;
            newFrontend.opened();
        }

        @Override
        public void detach(CharFrontend old) {
            frontend = null;
        }

        @Override
        public int write(byte[] data, int offset, int length) {
            int taken = Math.min(room, length);
            for (int i = 0; i < taken; i++) {
                sent.add(data[offset + i] & 0xFF);
            }
            room -= taken;
            return taken;
        }

        @Override
        public void acceptInput() {}

        @Override
        public void serve(StreamAcceptor acceptor) {}

        @Override
        public void close() {}
    }

    private final Line line = new Line();
    private final EntropyDaemon daemon = new EntropyDaemon(line);
    private final RandomSource source = daemon.connect();
    private final List<byte[]> received = new ArrayList<>();

    @Test
    void bytesAreAskedForAndTaken() {
        source.request(16, received::add);
        assertThat(line.sent).containsExactly(2, 16);
        assertThat(daemon.receive(new byte[] {9, 1, 2, 3}, 1, 3)).isEqualTo(3);
        assertThat(received).containsExactly(new byte[] {1, 2, 3});
        assertThat(daemon.receive(new byte[] {4}, 0, 1)).as("nobody waits").isEqualTo(1);
        assertThat(received).hasSize(1);
    }

    @Test
    void aCountIsOneByte() {
        source.request(1000, received::add);
        assertThat(line.sent).containsExactly(2, 255);
    }

    @Test
    void anotherDaemonIsAskedAgain() {
        daemon.opened();
        assertThat(line.sent).isEmpty();
        source.request(4, received::add);
        daemon.closed();
        daemon.opened();
        assertThat(line.sent).containsExactly(2, 4, 2, 4);
    }

    @Test
    void theCommandWaitsForRoom() {
        line.room = 1;
        source.request(4, received::add);
        assertThat(line.sent).containsExactly(2);
        line.room = 10;
        daemon.writable();
        daemon.writable();
        assertThat(line.sent).containsExactly(2, 4);
    }

    @Test
    void theChardevIsGivenBack() {
        assertThat(daemon.properties())
                .singleElement()
                .satisfies(property -> assertThat(property.getter().get()).isEqualTo("egd"));
        daemon.close();
        assertThat(line.attached()).isFalse();
        assertThatThrownBy(() -> new RngEgd.Properties(null)).hasMessage("Parameter 'chardev' is missing");
    }
}
