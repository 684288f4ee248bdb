package org.margay.cpu.internal.engine;

import java.util.List;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.machine.Accelerator;
import org.margay.machine.AcceleratorName;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.osgi.service.component.annotations.Component;

/** vCPUs by the interpreter. Until there is a translator it also answers to the name that scripts use for one. */
@Component
@AcceleratorName({"interp", "tcg"})
public final class InterpreterAccelerator implements Accelerator {
    @Override
    public List<String> names() {
        return List.of("interp", "tcg");
    }

    @Override
    public String description() {
        return "x86-64 interpreter over decoded blocks";
    }

    @Override
    public VirtualCpu create(Machine machine, int index, CpuWiring wiring) {
        CpuModel model = machine.plan().get(CpuModel.class).orElseGet(CpuModel::standard);
        EngineCpu cpu = new EngineCpu(machine, index, model, wiring);
        wiring.attach(cpu.pins());
        return cpu;
    }
}
