package org.margay.netdev.user.internal.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EarlyDataTest {
    /** Whatever comes in whatever order, what is taken is what was sent. */
    @Test
    void anyPiecesInAnyOrder() {
        Random random = new Random(5);
        byte[] sent = new byte[10_000];
        random.nextBytes(sent);
        for (int round = 0; round < 300; round++) {
            int start = random.nextInt();
            EarlyData early = new EarlyData();
            byte[] received = new byte[sent.length];
            int next = 0;
            while (next < sent.length) {
                int from = random.nextInt(sent.length);
                int length = Math.min(sent.length - from, 1 + random.nextInt(600));
                if (from <= next && from + length > next) {
                    System.arraycopy(sent, next, received, next, from + length - next);
                    next = from + length;
                    for (var piece = early.take(start + next); piece != null; piece = early.take(start + next)) {
                        int skip = start + next - piece.seq();
                        System.arraycopy(piece.bytes(), skip, received, next, piece.bytes().length - skip);
                        next += piece.bytes().length - skip;
                    }
                } else if (from > next) {
                    early.add(start + from, sent, from, length);
                }
            }
            assertThat(received).isEqualTo(sent);
            assertThat(early.take(start + next)).isNull();
            assertThat(early.isEmpty()).isTrue();
        }
    }

    @Test
    void piecesAreLimited() {
        EarlyData early = new EarlyData();
        for (int i = 0; i < 10_000; i++) {
            early.add(2 * i + 1, new byte[1], 0, 1);
        }
        int pieces = 0;
        for (int next = 1; early.take(next) != null; next += 2) {
            pieces++;
        }
        assertThat(pieces).isEqualTo(256);
    }
}
