package org.margay.net.internal;

import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.dump.DumpDriver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes the backends that the options ask for. */
@Component(service = MachinePart.class)
public final class NetdevPart implements MachinePart {
    private final NetdevDrivers drivers;

    @Activate
    public NetdevPart(@Reference NetdevDrivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public Stage stage() {
        return Stage.BACKENDS;
    }

    @Override
    public void build(Machine machine) throws DeviceException {
        for (NetdevRequest request : machine.plan().all(NetdevRequest.class)) {
            try {
                Netdevs.of(machine).create(driver(request), request);
            } catch (DeviceException e) {
                throw new DeviceException(e.errorClass(), "netdev %s: %s".formatted(request, e.description()));
            }
        }
    }

    private NetdevDriver<?> driver(NetdevRequest request) throws DeviceException {
        if (request.type().equals(DumpDriver.TYPE)) {
            return new DumpDriver(request.vlan().orElse(0));
        }
        return drivers.registered(request.type()).orElseThrow(() -> new DeviceException("its driver has gone"));
    }
}
