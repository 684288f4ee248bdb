package org.margay.watchdog.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.margay.machine.CommandLineOption;
import org.margay.machine.DeviceDriver;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.DeviceRequest;
import org.osgi.service.component.annotations.Component;

/** -watchdog: -device for those who only know that they want a watchdog. */
@Component
@OptionName("-watchdog")
public final class WatchdogOption implements CommandLineOption {
    private static final List<DeviceDriver<?, ?>> DRIVERS = List.of(new I6300esb(), new Ib700());

    /** That there is one already. */
    private record Chosen(String model) {}

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-watchdog model";
    }

    @Override
    public String summary() {
        return "add a watchdog; -watchdog help lists the models";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        if (value.equals("help") || value.equals("?")) {
            throw OptionException.help(DRIVERS.stream()
                    .map(driver -> "\t%s\t%s\n".formatted(driver.name(), driver.description()))
                    .collect(Collectors.joining()));
        }
        List<String> models = DRIVERS.stream().map(DeviceDriver::name).toList();
        if (!models.contains(value)) {
            throw new OptionException("Unknown -watchdog device%s; supported devices are %s"
                    .formatted(NearestName.hint(value, models), String.join(", ", models)));
        }
        if (plan.get(Chosen.class).isPresent()) {
            throw new OptionException("only one watchdog option may be given");
        }
        plan.set(Chosen.class, new Chosen(value));
        plan.add(DeviceRequest.class, new DeviceRequest(value, Optional.empty(), Optional.empty(), Map.of()));
    }
}
