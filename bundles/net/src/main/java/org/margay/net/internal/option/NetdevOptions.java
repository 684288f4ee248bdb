package org.margay.net.internal.option;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.NetdevRequest;

/** Reads the options of a backend's driver from a command line, and checks them before anything is built. */
final class NetdevOptions {
    private NetdevOptions() {}

    /**
     * A backend of the values that nobody has asked for yet.
     *
     * @param vlan number of the hub that it is plugged into at once
     * @throws OptionException when an option is unknown, missing or wrong
     */
    static NetdevRequest request(NetdevDriver<?> driver, String id, KeyValues values, Optional<Integer> vlan)
            throws OptionException {
        PropertyBinder<?> binder = new PropertyBinder<>(driver.optionsType(), Wording.ofOption());
        Map<String, List<String>> options = binder.take(values);
        try {
            binder.bindAll(options);
        } catch (DeviceException e) {
            throw new OptionException(e.description());
        }
        return new NetdevRequest(driver.type(), id, options, vlan);
    }
}
