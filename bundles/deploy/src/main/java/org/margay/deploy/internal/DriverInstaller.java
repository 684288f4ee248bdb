package org.margay.deploy.internal;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverUpdates;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jars in the deploy folder that offer drivers: a new one counts at once; a changed one, or one of a bundle that is installed already,
 * is a live update; one that is taken away has its devices unplugged first. What is wrong with a jar is told in one line, and
 * disturbs nothing. All other files are left to File Install.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
public final class DriverInstaller implements ArtifactInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(DriverInstaller.class);

    /** How long a guest is waited for when a driver is taken away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final BundleContext context;
    private final DriverUpdates updates;
    private final Map<File, Bundle> deployed = new ConcurrentHashMap<>();

    @Activate
    public DriverInstaller(BundleContext context, @Reference DriverUpdates updates) {
        this.context = context;
        this.updates = updates;
    }

    /** Jars that can't be read are taken as well, to say what is wrong with them. */
    @Override
    public boolean canHandle(File file) {
        if (!file.getName().endsWith(".jar")) {
            return false;
        }
        try {
            return DriverJar.read(file).offersDrivers();
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void install(File file) {
        try {
            String name = DriverJar.read(file)
                    .symbolicName()
                    .orElseThrow(() -> new IOException("no bundle: it has no Bundle-SymbolicName"));
            Optional<Bundle> there = installed(name);
            try (InputStream jar = new FileInputStream(file)) {
                if (there.isPresent()) {
                    LOG.info("{}: {}", file.getName(), updates.update(there.get(), jar));
                    deployed.put(file, there.get());
                } else {
                    deployed.put(file, install(file, jar));
                }
            }
        } catch (IOException | DeviceException | BundleException e) {
            LOG.error("{}: {}", file.getName(), oneLine(e));
        }
    }

    private Bundle install(File file, InputStream jar) throws BundleException {
        Bundle bundle = context.installBundle(file.toURI().toString(), jar);
        try {
            bundle.start();
        } catch (BundleException e) {
            bundle.uninstall();
            throw e;
        }
        LOG.info("{}: {} {} is installed", file.getName(), bundle.getSymbolicName(), bundle.getVersion());
        return bundle;
    }

    private Optional<Bundle> installed(String name) {
        return Stream.of(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    @Override
    public void update(File file) {
        install(file);
    }

    @Override
    public void uninstall(File file) {
        Bundle bundle = deployed.remove(file);
        if (bundle == null) {
            return;
        }
        try {
            int devices = updates.remove(bundle, PATIENCE);
            LOG.info("{}: {} is gone, and its {} devices", file.getName(), bundle.getSymbolicName(), devices);
        } catch (DeviceException e) {
            LOG.error("{}: {}", file.getName(), oneLine(e));
        }
    }

    private static String oneLine(Exception failure) {
        String text = failure instanceof DeviceException device ? device.description() : failure.getMessage();
        return text == null
                ? failure.toString()
                : text.lines().findFirst().orElse("").strip();
    }
}
