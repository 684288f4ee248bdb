package org.margay.machine.internal.object;

import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.qmp.QmpLoop;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Sees drivers of objects go: no object outlives its bundle. */
@Component(
        immediate = true,
        service = {})
public final class ObjectBundles {
    private final Machine machine;

    @Activate
    public ObjectBundles(@Reference Machine machine) {
        this.machine = machine;
    }

    /** A driver that is there: not made for that. */
    @Reference(
            service = ObjectDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "gone")
    void came(ServiceReference<ObjectDriver<?>> reference) {
        // Nothing waits for it.
    }

    void gone(ServiceReference<ObjectDriver<?>> reference) {
        Bundle bundle = reference.getBundle();
        machine.find(QmpLoop.class)
                .ifPresent(loop -> loop.run(() -> UserObjects.of(machine)
                        .removeIf(object ->
                                bundle != null && bundle.equals(FrameworkUtil.getBundle(object.getClass())))));
    }
}
