package org.margay.cpu.internal.engine;

import java.util.List;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.machine.Accelerator;
import org.margay.machine.AcceleratorName;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.osgi.service.component.annotations.Component;

/** vCPUs by the interpreter alone. */
@Component
@AcceleratorName("interp")
public final class InterpreterAccelerator implements Accelerator {
    @Override
    public List<String> names() {
        return List.of("interp");
    }

    @Override
    public String description() {
        return "x86-64 interpreter over decoded blocks";
    }

    @Override
    public boolean countsInstructions() {
        return true;
    }

    @Override
    public VirtualCpu create(Machine machine, int index, CpuWiring wiring) {
        CpuModel model = machine.plan().get(CpuModel.class).orElseGet(CpuModel::standard);
        EngineCpu cpu = new EngineCpu(machine, index, model, wiring, null);
        wiring.attach(cpu.pins());
        return cpu;
    }
}
