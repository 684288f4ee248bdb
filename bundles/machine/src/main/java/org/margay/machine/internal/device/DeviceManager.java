package org.margay.machine.internal.device;

import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.OptionException;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.DeviceRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Builds the devices that the board and the options ask for. */
@Component
public final class DeviceManager implements MachinePart {
    private final Drivers drivers;

    @Activate
    public DeviceManager(@Reference Drivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public Stage stage() {
        return Stage.DEVICES;
    }

    @Override
    public void build(Machine machine) throws DeviceException {
        PluggedDevices devices = PluggedDevices.of(machine);
        for (BoardDevice device : machine.plan().all(BoardDevice.class)) {
            DeviceRequest request = device.request();
            explained(request.driver(), () -> devices.plugUnattached(drivers.required(request.driver()), request));
        }
        for (DeviceRequest request : machine.plan().all(DeviceRequest.class)) {
            explained("-device " + request.driver(), () -> devices.plug(drivers.required(request.driver()), request));
        }
    }

    private interface Plugging {
        void run() throws OptionException, DeviceException;
    }

    private static void explained(String asked, Plugging plugging) throws DeviceException {
        try {
            plugging.run();
        } catch (OptionException e) {
            throw new DeviceException("%s: %s".formatted(asked, e.getMessage()));
        } catch (DeviceException e) {
            throw new DeviceException(e.errorClass(), "%s: %s".formatted(asked, e.description()));
        }
    }
}
