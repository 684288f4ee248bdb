package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Timer;
import org.margay.machine.plan.InstructionCounting;

/** Virtual time from instructions, with a vCPU that the test counts for. */
class InstructionClockTest {
    private static final InstructionCounting JUMPING = new InstructionCounting(3, false, false, false);
    private static final InstructionCounting SLEEPING = new InstructionCounting(3, false, false, true);
    private static final long DAY = 86_400_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final MachineLoop loop = new MachineLoop((what, fault) -> log.add(what + ": " + fault));
    private final FakeCpu cpu = new FakeCpu(0, log);

    private InstructionClock clock(InstructionCounting settings) {
        InstructionClock clock = new InstructionClock(loop, settings, List.of(cpu));
        loop.add(clock);
        clock.setRunning(true);
        return clock;
    }

    private void execute(long instructions) {
        cpu.instructions += instructions;
    }

    private void sleep(InstructionClock clock, boolean asleep) {
        cpu.asleep = asleep;
        clock.sleepersChanged();
    }

    private Timer logging(InstructionClock clock, String name) {
        return clock.timer(() -> log.add(name + " " + clock.nanos()));
    }

    @Test
    void timersAreDueAtAnInstruction() {
        InstructionClock clock = clock(JUMPING);
        logging(clock, "timer").arm(801);
        assertThat(clock.budget()).isEqualTo(101);
        execute(100);
        assertThat(clock.nanos()).isEqualTo(800);
        assertThat(clock.budget()).isEqualTo(1);
        loop.run(loop::turn);
        assertThat(log).as("the loop fires none while a vCPU executes").isEmpty();
        execute(1);
        assertThat(clock.budget()).isZero();
        assertThat(clock.catchUp(() -> false)).isTrue();
        assertThat(log).containsExactly("timer 808");
    }

    @Test
    void tasksRunBeforeTheNextInstruction() {
        InstructionClock clock = clock(JUMPING);
        List<String> told = new ArrayList<>();
        clock.onChange(() -> told.add("change"));
        loop.later(() -> logging(clock, "timer").arm(0));
        assertThat(told).isNotEmpty();
        clock.catchUp(() -> false);
        assertThat(log).containsExactly("timer 0");
    }

    @Test
    void timeJumpsFromTimerToTimerUntilOneWakes() {
        InstructionClock clock = clock(JUMPING);
        logging(clock, "first").arm(DAY);
        clock.timer(() -> {
                    log.add("second " + clock.nanos());
                    cpu.asleep = false;
                })
                .arm(2 * DAY);
        logging(clock, "third").arm(3 * DAY);
        execute(10);
        sleep(clock, true);
        loop.run(loop::turn);
        assertThat(log).containsExactly("first " + DAY, "second " + 2 * DAY);
        clock.sleepersChanged();
        execute(1);
        assertThat(clock.nanos()).isEqualTo(2 * DAY + 8);
    }

    @Test
    void sleepTakesRealTimeButEndsAtTheDeadline() {
        InstructionClock clock = clock(SLEEPING);
        long deadline = 20_000_000;
        clock.timer(() -> {
                    log.add("timer " + clock.nanos());
                    cpu.asleep = false;
                })
                .arm(deadline);
        sleep(clock, true);
        long start = System.nanoTime();
        while (log.isEmpty()) {
            loop.run(loop::turn);
            assertThat(clock.nanos()).isLessThanOrEqualTo(deadline);
        }
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(deadline - 1_000_000);
        assertThat(log).containsExactly("timer " + deadline);
        clock.sleepersChanged();
        assertThat(clock.nanos()).as("however late the host was").isEqualTo(deadline);
    }

    @Test
    void timeStandsWithTheGuest() {
        InstructionClock clock = clock(SLEEPING);
        logging(clock, "timer").arm(1);
        clock.setRunning(false);
        sleep(clock, true);
        long stopped = clock.nanos();
        loop.run(loop::turn);
        assertThat(log).isEmpty();
        assertThat(clock.nanos()).isEqualTo(stopped);
        assertThat(clock.untilNext()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void timersGoOnInAMachineThatSuspended() {
        InstructionClock clock = clock(JUMPING);
        logging(clock, "alarm").arm(DAY);
        loop.run(loop::turn);
        assertThat(log).isEmpty();
        clock.setSuspended(true);
        loop.run(loop::turn);
        assertThat(log).containsExactly("alarm " + DAY);
    }
}
