package org.margay.net.internal.option;

import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.NetdevDrivers;
import org.margay.net.internal.NetdevIds;
import org.margay.net.internal.NetdevRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -netdev: a backend that a card names by its id. */
@Component
@OptionName("-netdev")
public final class NetdevOption implements CommandLineOption {
    private final NetdevDrivers drivers;

    @Activate
    public NetdevOption(@Reference NetdevDrivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-netdev type,id=id[,option=value...]";
    }

    @Override
    public String summary() {
        return "adds a backend that a card names: -device e1000,netdev=id; -netdev help lists the types,\n"
                + "-netdev type,help their options";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "type");
        String type = values.required("type");
        if (type.equals("help") || type.equals("?")) {
            throw OptionException.help(drivers.list());
        }
        NetdevDriver<?> driver = drivers.required(type, "a netdev backend type");
        if (values.string("help").isPresent() || values.string("?").isPresent()) {
            throw OptionException.help(NetdevDrivers.describe(driver));
        }
        Optional<String> id = values.id();
        if (id.isEmpty()) {
            throw new OptionException("Parameter 'id' is missing");
        }
        NetdevIds.checkFree(plan, id.get());
        plan.add(NetdevRequest.class, NetdevOptions.request(driver, id.get(), values, Optional.empty()));
    }
}
