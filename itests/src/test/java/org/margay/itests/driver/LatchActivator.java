package org.margay.itests.driver;

import java.util.Hashtable;
import java.util.Map;
import org.margay.machine.DeviceDriver;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers {@link LatchDriver}; the bundle's manifest says how it behaves. */
public final class LatchActivator implements BundleActivator {
    /** Header of the manifest that names a {@link Behaviour}. */
    public static final String HEADER = "X-Behaviour";

    @Override
    public void start(BundleContext context) throws Exception {
        Behaviour behaviour = Behaviour.valueOf(context.getBundle().getHeaders().get(HEADER));
        behaviour.start();
        context.registerService(
                DeviceDriver.class,
                new LatchDriver(behaviour),
                new Hashtable<>(Map.of("driver.name", LatchDriver.NAME)));
    }

    @Override
    public void stop(BundleContext context) {}
}
