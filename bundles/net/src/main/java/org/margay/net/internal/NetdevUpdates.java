package org.margay.net.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.margay.machine.Machine;
import org.margay.net.NetdevDriver;
import org.margay.qmp.QmpLoop;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Sees drivers of backends come and go: no backend outlives its driver's bundle, and those of an exchanged one come back. */
@Component(
        immediate = true,
        service = {})
public final class NetdevUpdates {
    private final Machine machine;
    private final NetdevDrivers drivers;

    @Activate
    public NetdevUpdates(@Reference Machine machine, @Reference NetdevDrivers drivers) {
        this.machine = machine;
        this.drivers = drivers;
    }

    /** A driver that is there: not made for that. */
    @Reference(
            service = NetdevDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "gone")
    void came(ServiceReference<NetdevDriver<?>> reference) {
        Collection<String> types = types(reference);
        machine.later(() -> types.forEach(type -> drivers.registered(type).ifPresent(Netdevs.of(machine)::revive)));
    }

    /** The bundle goes on stopping when this returns: its backends must have gone by then. */
    void gone(ServiceReference<NetdevDriver<?>> reference) {
        Bundle bundle = reference.getBundle();
        machine.find(QmpLoop.class)
                .ifPresent(loop -> loop.run(() -> Netdevs.of(machine)
                        .park(netdev -> bundle != null && bundle.equals(FrameworkUtil.getBundle(netdev.getClass())))));
    }

    private static Collection<String> types(ServiceReference<?> reference) {
        return switch (reference.getProperty(NetdevDrivers.NAME)) {
            case String name -> List.of(name);
            case String[] names -> Arrays.asList(names);
            case null, default -> List.of();
        };
    }
}
