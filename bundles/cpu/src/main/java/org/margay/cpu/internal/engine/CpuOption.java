package org.margay.cpu.internal.engine;

import java.util.stream.Collectors;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -cpu: the model that CPUID describes. */
@Component
@OptionName("-cpu")
public final class CpuOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-cpu model[,+feature][,-feature][,property=value]";
    }

    @Override
    public String summary() {
        return "choose the processor ('-cpu help' for a list)";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        if (value.equals("help") || value.equals("?")) {
            throw OptionException.help(CpuModel.names().stream()
                    .map("x86 %s"::formatted)
                    .collect(Collectors.joining("\n", "Available CPUs:\n", "")));
        }
        plan.set(CpuModel.class, CpuModel.parse(value));
    }
}
