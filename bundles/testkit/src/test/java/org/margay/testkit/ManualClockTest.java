package org.margay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Timer;

class ManualClockTest {
    @Test
    void timersFireInOrderAtTheirDeadlines() {
        ManualClock clock = new ManualClock(10);
        List<String> fired = new ArrayList<>();
        Timer late = clock.timer(() -> fired.add("late at " + clock.nanos()));
        Timer early = clock.timer(() -> {
            fired.add("early at " + clock.nanos());
            late.arm(clock.nanos() + 5);
        });
        late.arm(90);
        early.arm(20);
        assertThat(clock.deadlines()).containsExactly(20L, 90L);
        clock.advance(14);
        assertThat(fired).containsExactly("early at 20");
        assertThat(late.deadline()).isEqualTo(25);
        clock.advance(1);
        assertThat(fired).containsExactly("early at 20", "late at 25");
        assertThat(late.armed()).isFalse();
        assertThat(clock.nanos()).isEqualTo(25);
    }
}
