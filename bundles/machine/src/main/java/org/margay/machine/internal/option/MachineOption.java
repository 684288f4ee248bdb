package org.margay.machine.internal.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.MachineType;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.internal.Accelerators;
import org.margay.machine.internal.Services;
import org.margay.machine.option.KeyValues;
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.AcceleratorChoice;
import org.margay.machine.plan.MachineChoice;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -machine and -M. */
@Component
@OptionName({"-machine", "-M"})
public final class MachineOption implements CommandLineOption {
    private final Services services;
    private final Accelerators accelerators;

    @Activate
    public MachineOption(@Reference Services services, @Reference Accelerators accelerators) {
        this.services = services;
        this.accelerators = accelerators;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-machine [type=]name[,accel=accel1[:accel2...]][,prop=value...]";
    }

    @Override
    public String summary() {
        return "kind of machine; -machine help lists them. Also -M";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        List<MachineType> types = services.all(MachineType.class);
        KeyValues values = KeyValues.parse(value, "type");
        String type = values.string("type").orElse("pc");
        if (type.equals("help") || type.equals("?")) {
            throw OptionException.help(help(types));
        }
        List<String> names =
                types.stream().flatMap(known -> known.names().stream()).toList();
        if (!names.contains(type)) {
            throw new OptionException("unsupported machine type '%s'%s; -machine help lists the supported ones"
                    .formatted(type, NearestName.hint(type, names)));
        }
        String wanted = values.string("accel").orElse("");
        if (!wanted.isEmpty()) {
            plan.set(AcceleratorChoice.class, new AcceleratorChoice(accelerators.firstOf(wanted.split(":")), Map.of()));
        }
        plan.set(MachineChoice.class, new MachineChoice(type, values.rest()));
    }

    private static String help(List<MachineType> types) {
        List<String> lines = new ArrayList<>();
        for (MachineType type : types) {
            for (String name : type.names()) {
                lines.add("%-20s %s%s".formatted(name, type.description(), lines.isEmpty() ? " (default)" : ""));
            }
        }
        return lines.stream().collect(Collectors.joining("\n", "Supported machines are:\n", ""));
    }
}
