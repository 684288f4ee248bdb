package org.margay.machine.internal.device;

import org.margay.machine.DeviceException;
import org.margay.machine.Hotplug;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.OptionException;
import org.margay.machine.internal.Turns;
import org.margay.machine.plan.DeviceRequest;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Plugs and unplugs in a turn of the machine's loop. */
@Component
public final class HotplugService implements Hotplug {
    private final MachineStarter machines;
    private final Drivers drivers;

    @Activate
    public HotplugService(@Reference MachineStarter machines, @Reference Drivers drivers) {
        this.machines = machines;
        this.drivers = drivers;
    }

    @Override
    public void add(String device) throws QmpException {
        DeviceRequest request;
        try {
            request = DeviceRequest.parse(device);
            drivers.required(request.driver());
        } catch (OptionException e) {
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
        Machine machine = machine();
        Turns.of(machine)
                .run(() -> PluggedDevices.of(machine)
                        .hotplug(drivers.registered(request.driver()).orElseThrow(), request));
    }

    @Override
    public void remove(String name) throws QmpException {
        Machine machine = machine();
        Turns.of(machine).run(() -> PluggedDevices.of(machine).askToLeave(name));
    }

    private Machine machine() throws DeviceException {
        return machines.current().orElseThrow(() -> new DeviceException("there is no machine"));
    }
}
