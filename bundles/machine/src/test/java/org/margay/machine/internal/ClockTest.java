package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.margay.machine.Timer;

class ClockTest {
    private final List<String> log = new ArrayList<>();
    private final MachineLoop loop = new MachineLoop((what, fault) -> log.add(what + ": " + fault.getMessage()));

    @Test
    void steppedClockFiresInOrderAndAtTheDeadlines() {
        GuestClock.Stepped clock = new GuestClock.Stepped(loop);
        Timer late = clock.timer(() -> log.add("late " + clock.nanos()));
        Timer early = clock.timer(() -> {
            log.add("early " + clock.nanos());
            late.arm(30);
        });
        Timer never = clock.timer(() -> log.add("never"));
        early.arm(10);
        never.arm(20);
        late.arm(1000);
        assertThat(clock.nextDeadline()).isEqualTo(10);
        never.disarm();
        clock.step(500);
        assertThat(log).containsExactly("early 10", "late 30");
        assertThat(clock.nanos()).isEqualTo(500);
        assertThat(clock.nextDeadline()).isEqualTo(Timer.NEVER);
        clock.set(100);
        assertThat(clock.nanos()).isEqualTo(500);
    }

    @Test
    void equalDeadlinesFireInTheOrderOfArming() {
        GuestClock.Stepped clock = new GuestClock.Stepped(loop);
        for (String name : List.of("a", "b", "c")) {
            clock.timer(() -> log.add(name)).arm(5);
        }
        clock.step(5);
        assertThat(log).containsExactly("a", "b", "c");
    }

    @Test
    void aTimerThatArmsItselfInThePastHangsNothing() {
        GuestClock.Stepped clock = new GuestClock.Stepped(loop);
        Timer[] timer = new Timer[1];
        timer[0] = clock.timer(() -> timer[0].arm(0));
        timer[0].arm(0);
        clock.step(1);
        assertThat(clock.nanos()).isEqualTo(1);
    }

    @Test
    void aFaultInATimerIsReportedAndTheOthersFire() {
        GuestClock.Stepped clock = new GuestClock.Stepped(loop);
        clock.timer(() -> {
                    throw new IllegalStateException("oops");
                })
                .arm(1);
        clock.timer(() -> log.add("fine")).arm(2);
        clock.step(2);
        assertThat(log).containsExactly("timer: oops", "fine");
    }

    @Test
    void virtualClockStandsWithTheGuest() {
        GuestClock clock = new GuestClock.Running(loop);
        clock.timer(() -> log.add("fired")).arm(1);
        clock.fireDue();
        assertThat(clock.nanos()).isZero();
        assertThat(clock.untilNext()).isEqualTo(Long.MAX_VALUE);
        assertThat(log).isEmpty();
        clock.setRunning(true);
        assertThat(clock.untilNext()).isLessThanOrEqualTo(1);
        while (clock.nanos() < 1) {
            Thread.onSpinWait();
        }
        clock.fireDue();
        assertThat(log).containsExactly("fired");
    }

    @Test
    void theThreadRunsTasksAndWakesForATimerArmedElsewhere() throws Exception {
        RealtimeClock clock = new RealtimeClock(loop);
        loop.add(clock);
        loop.start();
        CountDownLatch task = new CountDownLatch(1);
        CountDownLatch timer = new CountDownLatch(1);
        loop.later(task::countDown);
        assertThat(task.await(10, TimeUnit.SECONDS)).isTrue();
        loop.run(() -> clock.timer(timer::countDown).arm(clock.nanos() + 1_000_000));
        assertThat(timer.await(10, TimeUnit.SECONDS)).isTrue();
        loop.end();
    }
}
