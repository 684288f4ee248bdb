package org.margay.machine.internal.object;

import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes the objects of -object: after the other backends, which they may name. */
@Component(service = MachinePart.class, property = "service.ranking:Integer=-1000")
public final class ObjectPart implements MachinePart {
    private final ObjectDrivers drivers;

    @Activate
    public ObjectPart(@Reference ObjectDrivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public Stage stage() {
        return Stage.BACKENDS;
    }

    @Override
    public void build(Machine machine) throws DeviceException {
        for (ObjectRequest request : machine.plan().all(ObjectRequest.class)) {
            try {
                UserObjects.of(machine).add(drivers.registered(request.type()), request);
            } catch (DeviceException e) {
                throw new DeviceException(
                        "-object %s,id=%s: %s".formatted(request.type(), request.id(), e.description()));
            }
        }
    }
}
