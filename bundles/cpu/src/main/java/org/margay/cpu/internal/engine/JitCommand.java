package org.margay.cpu.internal.engine;

import java.util.List;
import org.margay.cpu.internal.jit.JitStatistics;
import org.margay.cpu.internal.jit.Translator;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.VirtualCpu;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vm:jit} in Gogo: what the translator has done so far. */
@Component(
        service = JitCommand.class,
        property = {"osgi.command.scope=vm", "osgi.command.function=jit"})
public final class JitCommand {
    private final MachineStarter starter;

    @Activate
    public JitCommand(@Reference MachineStarter starter) {
        this.starter = starter;
    }

    /** Regions, instructions, invalidations and time of each processor's translator. */
    public String jit() {
        Machine machine = starter.current().orElse(null);
        if (machine == null) {
            return "no machine; vm:start -m 256 -kernel FILE ... makes one";
        }
        List<Translator> translators =
                machine.find(Translators.class).map(Translators::all).orElse(List.of());
        if (translators.isEmpty()) {
            return "this machine has no translator; -accel jit";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < translators.size(); i++) {
            VirtualCpu cpu = i < machine.cpus().size() ? machine.cpus().get(i) : null;
            text.append(describe(i, translators.get(i).statistics(), cpu == null ? 0 : cpu.instructions()));
        }
        return text.toString().stripTrailing();
    }

    private static String describe(int index, JitStatistics s, long all) {
        long interpreted = Math.max(0, all - s.executed());
        String text = """
                CPU #%d
                regions              %d (made %d, of %d instructions)
                invalidated          %d by writes, %d to make room, %d could not be made
                instructions         %d translated (%.1f %%), %d interpreted
                entries              %d (%d ended by an access for the interpreter)
                translation time     %.3f s
                """.formatted(
                        index,
                        s.live(),
                        s.made(),
                        s.translated(),
                        s.written(),
                        s.evicted(),
                        s.failed(),
                        s.executed(),
                        all == 0 ? 0.0 : 100.0 * s.executed() / all,
                        interpreted,
                        s.runs(),
                        s.misses(),
                        s.nanos() / 1e9);
        return s.lastFailure() == null ? text : text + "last failure         " + s.lastFailure() + "\n";
    }
}
