package org.margay.cpu.internal.engine;

import java.util.List;
import java.util.Map;
import org.margay.cpu.internal.jit.JitOptions;
import org.margay.cpu.internal.jit.Translator;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.cpu.internal.table.InstructionTable;
import org.margay.machine.Accelerator;
import org.margay.machine.AcceleratorName;
import org.margay.machine.CountedClock;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.machine.plan.AcceleratorChoice;
import org.margay.machine.plan.CpuTopology;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * vCPUs whose hot code is translated to JVM bytecode; all else is interpreted. It also answers to the name that scripts use for
 * a translator. {@code -accel jit,threshold=N,interpreted=GROUP:GROUP}: see {@link JitOptions}.
 */
@Component(property = "service.ranking:Integer=100")
@AcceleratorName({"jit", "tcg"})
public final class TranslatorAccelerator implements Accelerator {
    /** Someone asks for accelerators: the table of instructions, a tenth of a second's work, is made while the rest of a machine is. */
    @Activate
    public TranslatorAccelerator() {
        Thread.ofPlatform().name("cpu-table").daemon().start(InstructionTable::all);
    }

    @Override
    public List<String> names() {
        return List.of("jit", "tcg");
    }

    @Override
    public String description() {
        return "x86-64 translator to JVM bytecode";
    }

    @Override
    public boolean countsInstructions() {
        return true;
    }

    @Override
    public VirtualCpu create(Machine machine, int index, CpuWiring wiring) {
        CpuModel model = machine.plan().get(CpuModel.class).orElseGet(CpuModel::standard);
        Map<String, String> properties = machine.plan()
                .get(AcceleratorChoice.class)
                .map(AcceleratorChoice::properties)
                .orElse(Map.of());
        boolean several = CpuTopology.in(machine.plan()).cpus() > 1;
        Translator translator = new Translator(JitOptions.standard()
                .with(properties, several)
                .counting(machine.virtualClock() instanceof CountedClock));
        Translators translators = machine.findOrPublish(Translators.class, Translators::new);
        translators.add(translator);
        EngineCpu cpu = new EngineCpu(machine, index, model, wiring, translator);
        wiring.attach(cpu.pins());
        return cpu;
    }
}
