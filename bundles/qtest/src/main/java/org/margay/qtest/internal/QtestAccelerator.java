package org.margay.qtest.internal;

import java.util.List;
import org.margay.machine.Accelerator;
import org.margay.machine.AcceleratorName;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.osgi.service.component.annotations.Component;

/** No vCPU runs, and time moves when the tester says so. */
@Component
@AcceleratorName("qtest")
public final class QtestAccelerator implements Accelerator {
    @Override
    public List<String> names() {
        return List.of("qtest");
    }

    @Override
    public String description() {
        return "no guest code runs; a tester drives registers and time (-qtest)";
    }

    @Override
    public boolean steppedClock() {
        return true;
    }

    @Override
    public VirtualCpu create(Machine machine, int index, CpuWiring wiring) {
        wiring.attach(new UnconnectedPins());
        return new StandingCpu(index);
    }
}
