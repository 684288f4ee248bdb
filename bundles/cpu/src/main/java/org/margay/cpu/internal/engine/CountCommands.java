package org.margay.cpu.internal.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code vm:stopat} and {@code vm:statehash} in Gogo: stop at an exact number of instructions, and tell whether two runs came to the
 * same state.
 */
@Component(
        service = CountCommands.class,
        property = {"osgi.command.scope=vm", "osgi.command.function=stopat", "osgi.command.function=statehash"})
public final class CountCommands {
    private final MachineStarter starter;

    @Activate
    public CountCommands(@Reference MachineStarter starter) {
        this.starter = starter;
    }

    /** Stops the machine, as QMP's stop does, before the instruction that comes after so many; needs -icount. */
    public String stopat(long instructions) {
        EngineCpu cpu = processor();
        if (cpu == null) {
            return "no machine whose processors execute instructions";
        }
        InstructionPace pace = cpu.pace();
        if (pace == null) {
            return "this machine does not count instructions exactly; -icount shift=0";
        }
        if (cpu.instructions() >= instructions) {
            return "there were %d instructions already".formatted(cpu.instructions());
        }
        pace.stopAt(instructions);
        return "";
    }

    /** Instructions executed and a hash of all registers and all memory. The machine has to be stopped. */
    public String statehash() {
        Machine machine = starter.current().orElse(null);
        if (machine == null || processor() == null) {
            return "no machine whose processors execute instructions";
        }
        machine.lock().lock();
        try {
            if (machine.runState() == RunState.RUNNING) {
                return "the machine runs; stop it first";
            }
            return StateHash.of(machine);
        } finally {
            machine.lock().unlock();
        }
    }

    private @Nullable EngineCpu processor() {
        for (VirtualCpu cpu : starter.current().map(Machine::cpus).orElse(List.of())) {
            if (cpu instanceof EngineCpu own) {
                return own;
            }
        }
        return null;
    }
}
