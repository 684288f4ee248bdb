package org.margay.machine.internal.device;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds the bundles of drivers. */
@Component(service = DriverBundles.class)
public final class DriverBundles {
    private final BundleContext context;
    private final Drivers drivers;

    @Activate
    public DriverBundles(BundleContext context, @Reference Drivers drivers) {
        this.context = context;
        this.drivers = drivers;
    }

    /**
     * The bundle of a driver that is registered, or the one of a symbolic name.
     *
     * @param name "e1000" or "org.margay.e1000"
     */
    public Optional<Bundle> find(String name) {
        Optional<Bundle> ofDriver = drivers.registered(name).flatMap(driver -> {
            @Nullable Bundle bundle = FrameworkUtil.getBundle(driver.getClass());
            return Optional.ofNullable(bundle);
        });
        return ofDriver.or(() -> Stream.of(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst());
    }
}
