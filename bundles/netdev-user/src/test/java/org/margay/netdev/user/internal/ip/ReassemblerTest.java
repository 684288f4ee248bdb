package org.margay.netdev.user.internal.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.testkit.ManualClock;

class ReassemblerTest {
    private final ManualClock clock = new ManualClock(0);
    private final Reassembler reassembler = new Reassembler(clock);

    private static Reassembler.Key key(int id) {
        return new Reassembler.Key(IpAddress.parse("10.0.2.15"), IpAddress.parse("10.0.2.2"), 17, id);
    }

    @Test
    void piecesComeInAnyOrderAndTwice() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            byte[] whole = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(whole);
            int piece = 8 * (10 + random.nextInt(150));
            List<Integer> offsets = new ArrayList<>();
            for (int offset = 0; offset < whole.length; offset += piece) {
                offsets.add(offset);
            }
            List<Integer> sent = new ArrayList<>(offsets);
            Collections.shuffle(sent, random);
            sent.addAll(0, sent.subList(0, sent.size() / 2));
            Optional<byte[]> joined = Optional.empty();
            for (int offset : sent) {
                assertThat(joined).isEmpty();
                int end = Math.min(offset + piece, whole.length);
                joined =
                        reassembler.add(key(round), offset, end < whole.length, Arrays.copyOfRange(whole, offset, end));
            }
            assertThat(joined).hasValue(whole);
        }
        assertThat(reassembler.size()).isZero();
    }

    @Test
    void piecesThatOverlapSpoilAll() {
        reassembler.add(key(1), 0, true, new byte[16]);
        reassembler.add(key(1), 8, true, new byte[16]);
        assertThat(reassembler.add(key(1), 16, false, new byte[8])).isEmpty();
        assertThat(reassembler.add(key(1), 0, false, new byte[8])).isEmpty();
        reassembler.add(key(2), 16, false, new byte[8]);
        reassembler.add(key(2), 24, true, new byte[8]);
        assertThat(reassembler.add(key(2), 0, true, new byte[16])).isEmpty();
        reassembler.add(key(3), 65_528, true, new byte[16]);
        assertThat(reassembler.add(key(3), 0, true, new byte[65_528])).isEmpty();
    }

    @Test
    void memoryAndTimeAreBounded() {
        for (int id = 0; id < 1000; id++) {
            reassembler.add(key(id), 0, true, new byte[1_480]);
        }
        assertThat(reassembler.size()).isEqualTo(16);
        for (int i = 0; i < 1000; i++) {
            assertThat(reassembler.add(key(999), 1_480 + 8 * i, true, new byte[8]))
                    .isEmpty();
        }
        clock.advance(31 * Environment.SECOND);
        assertThat(reassembler.size()).isZero();
        assertThat(clock.deadlines()).isEmpty();
    }
}
