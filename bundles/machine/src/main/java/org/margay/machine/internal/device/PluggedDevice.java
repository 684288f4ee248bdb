package org.margay.machine.internal.device;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.state.StateCodec;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * A device in its place.
 *
 * @param identity what stays when the device is made anew
 * @param driver whose bundle may be updated or go
 * @param bus where it is plugged
 * @param properties what the driver was given
 * @param device the instance
 */
record PluggedDevice<P extends Record, S extends Record>(
        DeviceIdentity identity, DeviceDriver<P, S> driver, Bus bus, P properties, Device<S> device) {

    /** The bundle that its class comes from; null outside of a framework. */
    @Nullable
    Bundle bundle() {
        return FrameworkUtil.getBundle(driver.getClass());
    }

    /** Whether it is plugged into a bus that another device offers. */
    boolean isBehind(PluggedDevice<?, ?> other) {
        return bus.owner().filter(owner -> owner == other.device).isPresent();
    }

    /** All that is needed to make it anew: what it was given, what was chosen for it since, and its state. */
    SavedDevice save() {
        Map<String, String> said = new LinkedHashMap<>(identity.said());
        PropertyBinder<P> binder = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name()));
        for (ObjectProperty live : device.properties()) {
            if (binder.has(live.name())) {
                said.put(live.name(), String.valueOf(live.getter().get()));
            }
        }
        said.putAll(bus.placeOf(device));
        return new SavedDevice(identity.saying(said), driver.name(), bus.name(), StateCodec.encode(device.save()));
    }

    @Override
    public String toString() {
        return "%s '%s'".formatted(driver.name(), identity.label());
    }
}
