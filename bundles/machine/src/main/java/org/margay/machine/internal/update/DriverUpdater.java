package org.margay.machine.internal.update;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverUpdates;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.internal.Turns;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.internal.device.PluggedDevices;
import org.margay.qmp.QmpException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges and removes drivers' bundles. What others do to such a bundle past this class, by the framework's own stop, update and
 * uninstall, is seen as it happens: its devices are parked when it stops, are back when it starts again within {@link #GRACE}, and
 * are gone for good when it does not.
 */
@Component(service = DriverUpdates.class, immediate = true)
public final class DriverUpdater implements DriverUpdates, SynchronousBundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(DriverUpdater.class);

    /** How long the guest stands after somebody stopped a driver's bundle, in case that it is being updated. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** What a bundle may take to stop, be read and start. */
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);

    /** What a bundle that took too long may take to hear that it was interrupted. */
    private static final Duration INTERRUPTION_LIMIT = Duration.ofSeconds(1);

    private final BundleContext context;
    private final MachineStarter machines;
    private final Drivers drivers;
    /** Bundles that this class works on: their events are its own doing. */
    private final Set<Bundle> busy = ConcurrentHashMap.newKeySet();

    private final ConcurrentHashMap<Bundle, Absence> absences = new ConcurrentHashMap<>();

    @Activate
    public DriverUpdater(BundleContext context, @Reference MachineStarter machines, @Reference Drivers drivers) {
        this.context = context;
        this.machines = machines;
        this.drivers = drivers;
        context.addBundleListener(this);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    @Override
    public Outcome update(Bundle bundle, InputStream jar) throws DeviceException, IOException {
        BundleJar after = BundleJar.update(bundle, jar);
        BundleJar before = BundleJar.of(bundle);
        Version from = bundle.getVersion();
        if (!busy.add(bundle)) {
            throw new DeviceException("bundle '%s' is being exchanged already".formatted(bundle.getSymbolicName()));
        }
        try {
            Optional<Machine> machine = machines.current();
            if (machine.isEmpty()) {
                exchange(bundle, after);
                return new Outcome(bundle.getSymbolicName(), from, bundle.getVersion(), 0, Duration.ZERO);
            }
            Absence absence = Absence.begin(machine.get(), bundle, drivers);
            try {
                exchange(bundle, after);
                absence.end();
            } catch (DeviceException e) {
                rollBack(bundle, before, absence, e);
            }
            return new Outcome(
                    bundle.getSymbolicName(), from, bundle.getVersion(), absence.devices(), absence.duration());
        } finally {
            busy.remove(bundle);
        }
    }

    private static void rollBack(Bundle bundle, BundleJar before, Absence absence, DeviceException why)
            throws DeviceException {
        try {
            exchange(bundle, before);
            absence.end();
        } catch (DeviceException e) {
            absence.giveUp();
            throw new DeviceException("%s; the old version does not come back either (%s), its devices are gone"
                    .formatted(why.description(), e.description()));
        }
        throw new DeviceException(why.description() + "; the old version is back");
    }

    /**
     * Lets a bundle have other content. On a thread of its own, since a bundle's code may hang; that thread is lost when it does
     * not let itself be interrupted.
     *
     * @throws DeviceException when it did not start
     */
    private static void exchange(Bundle bundle, BundleJar content) throws DeviceException {
        BundleException[] failure = new BundleException[1];
        Thread worker = Thread.ofPlatform()
                .daemon(true)
                .name("margay-driver-update")
                .start(() -> {
                    try {
                        bundle.stop(Bundle.STOP_TRANSIENT);
                        bundle.update(content.open());
                        bundle.start();
                    } catch (BundleException e) {
                        failure[0] = e;
                    }
                });
        try {
            if (!worker.join(EXCHANGE_LIMIT)) {
                worker.interrupt();
                worker.join(INTERRUPTION_LIMIT);
                throw new DeviceException("bundle '%s' did not start within %d s"
                        .formatted(bundle.getSymbolicName(), EXCHANGE_LIMIT.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted while bundle '%s' started".formatted(bundle.getSymbolicName()));
        }
        if (failure[0] != null) {
            LOG.debug("{} could not be exchanged", bundle, failure[0]);
            throw new DeviceException(
                    "bundle '%s' can't be used: %s".formatted(bundle.getSymbolicName(), oneLine(failure[0])));
        }
    }

    private static String oneLine(BundleException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return text.lines().findFirst().orElse("").strip();
    }

    @Override
    public int remove(Bundle bundle, Duration patience) throws DeviceException {
        int devices = machines.current()
                .map(machine -> takeAway(machine, bundle, patience))
                .orElse(0);
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw new DeviceException(
                    "bundle '%s' can't be uninstalled: %s".formatted(bundle.getSymbolicName(), oneLine(e)));
        }
        return devices;
    }

    private static int takeAway(Machine machine, Bundle bundle, Duration patience) {
        Turns turns = Turns.of(machine);
        List<String> paths =
                turns.get(() -> PluggedDevices.of(machine).madeBy(bundle)).orElse(List.of());
        turns.run(() -> paths.reversed().forEach(path -> askToLeave(machine, path)));
        long deadline = System.nanoTime() + patience.toNanos();
        while (turns.get(() -> PluggedDevices.of(machine).uses(bundle)).orElse(false) && System.nanoTime() < deadline) {
            pause();
        }
        turns.run(() -> PluggedDevices.of(machine).removeAll(bundle));
        return paths.size();
    }

    private static void askToLeave(Machine machine, String path) {
        try {
            PluggedDevices.of(machine).askToLeave(path);
        } catch (QmpException e) {
            // It can't leave in order: it goes without.
            LOG.debug("{}", e.description());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        if (busy.contains(bundle)) {
            return;
        }
        switch (event.getType()) {
            case BundleEvent.STOPPING -> machines.current().ifPresent(machine -> stopping(machine, bundle));
            case BundleEvent.STARTED ->
                Optional.ofNullable(absences.remove(bundle)).ifPresent(this::startedAgain);
            case BundleEvent.UNINSTALLED ->
                Optional.ofNullable(absences.remove(bundle)).ifPresent(Absence::giveUp);
            default -> {}
        }
    }

    /** Somebody else stops a bundle: perhaps for an update. */
    private void stopping(Machine machine, Bundle bundle) {
        if (!Turns.of(machine)
                .get(() -> PluggedDevices.of(machine).uses(bundle))
                .orElse(false)) {
            return;
        }
        try {
            Absence absence = Absence.begin(machine, bundle, drivers);
            absences.put(bundle, absence);
            Thread.ofVirtual().name("margay-driver-absence").start(() -> awaitReturn(bundle, absence));
        } catch (DeviceException e) {
            LOG.error("{}: its devices are taken away", e.description());
            Turns.of(machine).run(() -> PluggedDevices.of(machine).removeAll(bundle));
        }
    }

    private void awaitReturn(Bundle bundle, Absence absence) {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (absences.remove(bundle, absence)) {
            LOG.warn("driver bundle {} was stopped: its {} devices are gone", bundle, absence.devices());
            absence.giveUp();
        }
    }

    /** Not on the framework's thread: the bundle's services may come after this event. */
    private void startedAgain(Absence absence) {
        Thread.ofVirtual().name("margay-driver-return").start(() -> {
            try {
                absence.end();
            } catch (DeviceException e) {
                LOG.error("{}: the devices are gone", e.description());
                absence.giveUp();
            }
        });
    }
}
