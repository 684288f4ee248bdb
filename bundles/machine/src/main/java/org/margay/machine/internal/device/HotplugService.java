package org.margay.machine.internal.device;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.Hotplug;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.OptionException;
import org.margay.machine.plan.DeviceRequest;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
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
        inTurn(machine -> {
            PluggedDevices devices = PluggedDevices.of(machine);
            devices.checkFree(request);
            devices.hotplug(drivers.registered(request.driver()).orElseThrow(), request);
        });
    }

    @Override
    public void remove(String name) throws QmpException {
        inTurn(machine -> PluggedDevices.of(machine).askToLeave(name));
    }

    private interface Action {
        void run(Machine machine) throws QmpException;
    }

    private void inTurn(Action action) throws QmpException {
        Machine machine = machines.current().orElseThrow(() -> new DeviceException("there is no machine"));
        AtomicReference<@Nullable QmpException> failure = new AtomicReference<>();
        machine.find(QmpLoop.class).orElseThrow().run(() -> {
            try {
                action.run(machine);
            } catch (QmpException e) {
                failure.set(e);
            }
        });
        Optional<QmpException> thrown = Optional.ofNullable(failure.get());
        if (thrown.isPresent()) {
            throw thrown.get();
        }
    }
}
