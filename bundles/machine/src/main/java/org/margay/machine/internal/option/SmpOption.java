package org.margay.machine.internal.option;

import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.CpuTopology;
import org.osgi.service.component.annotations.Component;

/** -smp. */
@Component
@OptionName("-smp")
public final class SmpOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-smp [[cpus=]n][,maxcpus=n][,sockets=n][,cores=n][,threads=n]";
    }

    @Override
    public String summary() {
        return "number of processors, 1 to " + CpuTopology.MAX + " (default: 1), and how they are packed";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "cpus");
        Optional<Long> wanted = values.number("cpus", 1, CpuTopology.MAX);
        Optional<Long> sockets = values.number("sockets", 1, CpuTopology.MAX);
        long cores = values.number("cores", 1, CpuTopology.MAX).orElse(1L);
        long threads = values.number("threads", 1, CpuTopology.MAX).orElse(1L);
        Optional<Long> most = values.number("maxcpus", 1, CpuTopology.MAX);
        values.finish();
        long cpus = wanted.orElse(sockets.orElse(1L) * cores * threads);
        long packages = sockets.orElse(Math.max(1, cpus / (cores * threads)));
        if (packages * cores * threads != cpus || most.orElse(cpus) < cpus) {
            throw new OptionException("sockets (%d) * cores (%d) * threads (%d) must be cpus (%d), and maxcpus not less"
                    .formatted(packages, cores, threads, cpus));
        }
        if (cpus > CpuTopology.MAX) {
            throw new OptionException(
                    "Parameter 'cpus' expects a number from 1 to %d, not %d".formatted(CpuTopology.MAX, cpus));
        }
        plan.set(CpuTopology.class, new CpuTopology((int) cpus, (int) packages, (int) cores, (int) threads));
    }
}
