package org.margay.cpu.internal.engine;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Pace;
import org.margay.machine.CountedClock;
import org.margay.machine.Machine;
import org.margay.machine.RunState;

/** Keeps a processor and a virtual clock that counts its instructions together, and stops the machine at a count. On the vCPU's thread, unless said otherwise. */
final class InstructionPace implements Pace {
    private final Machine machine;
    private final CountedClock clock;
    private final Cpu cpu;
    private volatile long stopAt = Long.MAX_VALUE;

    InstructionPace(Machine machine, CountedClock clock, Cpu cpu) {
        this.machine = machine;
        this.clock = clock;
        this.cpu = cpu;
        clock.onChange(() -> cpu.request(Cpu.REQUEST_TIME));
    }

    /** Stops the machine before the instruction that comes after so many; none when they are executed already. Any thread. */
    void stopAt(long instructions) {
        stopAt = instructions;
        cpu.request(Cpu.REQUEST_TIME);
    }

    @Override
    public boolean catchUp(Cpu processor) {
        if (cpu.instructions == stopAt) {
            stopAt = Long.MAX_VALUE;
            machine.later(() -> machine.stop(RunState.PAUSED));
        }
        // Before the look at the clock, which may ask for another one.
        cpu.clearRequest(Cpu.REQUEST_TIME);
        if (!clock.catchUp(this::mustLeave)) {
            cpu.lookAt = cpu.instructions;
            return false;
        }
        lookAgain();
        // A timer that is always due must not keep the guest from its next instruction.
        cpu.lookAt = Math.max(cpu.lookAt, cpu.instructions + 1);
        return true;
    }

    /** The processor has nothing to execute, or has again; time may have gone on meanwhile. Under the machine lock. */
    void sleepersChanged() {
        clock.sleepersChanged();
        lookAgain();
    }

    private void lookAgain() {
        long stop = stopAt;
        cpu.lookAt = cpu.instructions + clock.budget();
        if (stop >= cpu.instructions) {
            cpu.lookAt = Math.min(cpu.lookAt, stop);
        }
    }

    private boolean mustLeave() {
        return (cpu.requests() & Cpu.REQUEST_EXIT) != 0;
    }
}
