package org.margay.machine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets what of the bytes that a backend fetches. */
class RandomBackendTest {
    private final List<String> seen = new ArrayList<>();
    private final Fake backend = new Fake();
    private final RandomSource a = backend.connect();
    private final RandomSource b = backend.connect();

    private final class Fake extends RandomBackend {
        Fake() {
            super("fake");
        }

        @Override
        protected void fetch(int count) {
            seen.add("fetch " + count);
        }

        void give(String bytes) {
            arrived(bytes.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {}
    }

    private void ask(String name, RandomSource source, int count) {
        source.request(count, bytes -> seen.add(name + " " + new String(bytes, StandardCharsets.US_ASCII)));
    }

    @Test
    void bytesGoToThoseWhoWaitInTurn() {
        ask("a", a, 3);
        ask("b", b, 5);
        assertThat(seen).containsExactly("fetch 3");
        backend.give("1234");
        assertThat(seen).containsExactly("fetch 3", "a 123", "b 4");
        backend.give("late");
        assertThat(seen).hasSize(3);
    }

    @Test
    void whoGetsNothingIsFetchedFor() {
        ask("a", a, 3);
        ask("b", b, 5);
        backend.give("");
        backend.give("12");
        backend.give("3456");
        assertThat(seen).containsExactly("fetch 3", "fetch 3", "a 12", "fetch 5", "b 3456");
    }

    @Test
    void moreCanBeAskedForAtOnce() {
        a.request(2, _ -> ask("again", a, 4));
        backend.give("12");
        assertThat(seen).containsExactly("fetch 2", "fetch 4");
        assertThatThrownBy(() -> ask("a", a, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ask("b", b, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoHasGoneGetsNothing() {
        ask("a", a, 3);
        ask("b", b, 3);
        a.close();
        a.close();
        backend.give("12");
        assertThat(seen).containsExactly("fetch 3", "b 12");
        assertThat(backend.inUse()).isTrue();
        b.close();
        assertThat(backend.inUse()).isFalse();
        assertThatThrownBy(() -> ask("b", b, 1)).isInstanceOf(IllegalStateException.class);
    }
}
