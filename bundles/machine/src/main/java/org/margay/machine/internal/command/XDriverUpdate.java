package org.margay.machine.internal.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverUpdates;
import org.margay.machine.internal.device.DriverBundles;
import org.margay.qmp.CommandName;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Ours: exchanges a driver's bundle while its devices are in use. It does not run under the machine lock, since a bundle that
 * starts must not find the machine locked.
 */
@Component(service = QmpCommand.class)
@CommandName("x-driver-update")
public final class XDriverUpdate implements QmpCommand<XDriverUpdate.Arguments> {
    /**
     * What to update by what.
     *
     * @param driver name of a device driver, or of a bundle
     * @param filename the new bundle's jar
     */
    public record Arguments(String driver, String filename) {}

    /**
     * What it did.
     *
     * @param from the bundle's version before
     * @param to its version now
     * @param devices that were made anew
     * @param paused how long the guest stood, in milliseconds
     */
    record Result(String bundle, String from, String to, int devices, double paused) {}

    private final DriverUpdates updates;
    private final DriverBundles bundles;

    @Activate
    public XDriverUpdate(@Reference DriverUpdates updates, @Reference DriverBundles bundles) {
        this.updates = updates;
        this.bundles = bundles;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        Bundle bundle = bundles.find(arguments.driver())
                .orElseThrow(() ->
                        new DeviceException("no driver or bundle '%s' is installed".formatted(arguments.driver())));
        try (InputStream jar = Files.newInputStream(Path.of(arguments.filename()))) {
            DriverUpdates.Outcome outcome = updates.update(bundle, jar);
            return new Result(
                    outcome.bundle(),
                    outcome.from().toString(),
                    outcome.to().toString(),
                    outcome.devices(),
                    outcome.paused().toNanos() / 1e6);
        } catch (IOException e) {
            throw QmpErrors.openFileFailed(arguments.filename());
        }
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
