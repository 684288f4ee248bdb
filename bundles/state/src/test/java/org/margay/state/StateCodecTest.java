package org.margay.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    enum Mode {
        IDLE,
        BUSY
    }

    record Part(int index, @Nullable String note) {
        Part {
            if (index < 0 || index > 7) {
                throw new IllegalArgumentException("index " + index);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Whole(
            boolean flag,
            byte small,
            short medium,
            char letter,
            int number,
            long big,
            float single,
            double twice,
            String text,
            Mode mode,
            byte[] memory,
            int[] counters,
            List<Part> parts,
            Optional<Part> maybe,
            List<Integer> plain) {}

    private static final Whole WHOLE = new Whole(
            true,
            (byte) -128,
            (short) -3,
            '\uFFFF',
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Float.MIN_VALUE,
            -0.0,
            "grüße",
            Mode.BUSY,
            new byte[] {1, -1, 0},
            new int[] {0, -1, Integer.MAX_VALUE},
            List.of(new Part(7, null), new Part(0, "zero")),
            Optional.of(new Part(1, "")),
            List.of(1, 2, 3));

    @Test
    void whatGoesInComesOut() throws StateException {
        byte[] encoded = StateCodec.encode(WHOLE);
        Whole decoded = StateCodec.decode(Whole.class, encoded);
        assertThat(decoded).usingRecursiveComparison().isEqualTo(WHOLE);
        assertThat(StateCodec.encode(decoded)).isEqualTo(encoded);
    }

    record Old(int a) {}

    @StateVersion(2)
    record New(int a, @Nullable Integer b, Optional<String> c) {}

    @StateVersion(2)
    record NewWithPrimitive(int a, int b) {}

    @Test
    void olderStatesGiveNullForAddedComponents() throws StateException {
        byte[] old = StateCodec.encode(new Old(5));
        assertThat(StateCodec.decode(New.class, old)).isEqualTo(new New(5, null, Optional.empty()));
        assertThatThrownBy(() -> StateCodec.decode(NewWithPrimitive.class, old))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("lacks component b");
        assertThatThrownBy(() -> StateCodec.decode(Old.class, StateCodec.encode(new New(5, 1, Optional.empty()))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("version 2");
    }

    record Wide(int index, @Nullable String note) {}

    @Test
    void theRecordsOwnRulesHold() {
        assertThatThrownBy(() -> StateCodec.decode(Part.class, StateCodec.encode(new Wide(8, null))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("index 8");
    }

    record Tree(@Nullable Tree child) {}

    @Test
    void depthIsBounded() {
        Tree tree = new Tree(null);
        for (int i = 0; i < 100; i++) {
            tree = new Tree(tree);
        }
        byte[] deep = StateCodec.encode(tree);
        assertThatThrownBy(() -> StateCodec.decode(Tree.class, deep))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("nested");
    }

    @Test
    void aCountBeyondTheInputIsRefusedBeforeAllocation() {
        byte[] encoded = {'M', 'G', 'S', '1', 9, 1, 1, 1, 'b', 7, -1, -1, -1, -1, 7};
        @SuppressWarnings("ArrayRecordComponent")
        record Bytes(byte[] b) {}
        assertThatThrownBy(() -> StateCodec.decode(Bytes.class, encoded))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void mangledInputIsRefusedOrDecodesButNeverThrowsAnythingElse() {
        byte[] good = StateCodec.encode(WHOLE);
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int n = 0; n < 3 && bad.length > 0; n++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                StateCodec.decode(Whole.class, bad);
            } catch (StateException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }

    @Test
    void trailingBytesAreRefused() {
        byte[] good = StateCodec.encode(WHOLE);
        assertThatThrownBy(() -> StateCodec.decode(Whole.class, Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(StateException.class);
    }
}
