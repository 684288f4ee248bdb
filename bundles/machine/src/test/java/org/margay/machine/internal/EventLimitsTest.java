package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Timer;

class EventLimitsTest {
    private static final long SECOND = EventLimits.INTERVAL;

    private final List<String> sent = new ArrayList<>();
    private final GuestClock.Stepped clock = new GuestClock.Stepped(new MachineLoop((what, fault) -> {
        throw new AssertionError(what, fault);
    }));
    private final EventLimits limits = new EventLimits(
            clock, (event, data) -> sent.add("%d %s %s".formatted(clock.nanos() / SECOND, event, data)));

    @Test
    void theFirstIsSentAtOnceAndTheLastOfThoseAfterItLate() {
        limits.emit("BALLOON_CHANGE", "", 1);
        limits.emit("BALLOON_CHANGE", "", 2);
        limits.emit("BALLOON_CHANGE", "", 3);
        assertThat(sent).containsExactly("0 BALLOON_CHANGE 1");
        clock.step(SECOND);
        assertThat(sent).containsExactly("0 BALLOON_CHANGE 1", "1 BALLOON_CHANGE 3");
        limits.emit("BALLOON_CHANGE", "", 4);
        clock.step(SECOND);
        assertThat(sent).last().isEqualTo("2 BALLOON_CHANGE 4");
    }

    @Test
    void afterAQuietSecondNothingIsHeldBack() {
        limits.emit("BALLOON_CHANGE", "", 1);
        clock.step(SECOND);
        assertThat(clock.nextDeadline()).isEqualTo(Timer.NEVER);
        limits.emit("BALLOON_CHANGE", "", 2);
        assertThat(sent).containsExactly("0 BALLOON_CHANGE 1", "1 BALLOON_CHANGE 2");
    }

    @Test
    void eventsAboutOthersDoNotWait() {
        limits.emit("VSERPORT_CHANGE", "a", 1);
        limits.emit("VSERPORT_CHANGE", "b", 2);
        limits.emit("BALLOON_CHANGE", "a", 3);
        assertThat(sent).containsExactly("0 VSERPORT_CHANGE 1", "0 VSERPORT_CHANGE 2", "0 BALLOON_CHANGE 3");
    }
}
