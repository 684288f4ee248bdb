package org.margay.machine;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;

/** Exchanges and removes drivers' bundles while their devices are in use. A service. Any thread, but not under the machine lock. */
public interface DriverUpdates {
    /**
     * What an update did.
     *
     * @param from version of the bundle before
     * @param to version of the bundle now
     * @param devices that were made anew
     * @param paused how long the guest stood
     */
    record Outcome(String bundle, Version from, Version to, int devices, Duration paused) {
        @Override
        public String toString() {
            return "%s %s -> %s: %d device%s made anew, guest paused %d ms"
                    .formatted(bundle, from, to, devices, devices == 1 ? "" : "s", paused.toMillis());
        }
    }

    /**
     * Exchanges a bundle. The guest is paused; the saved state of each live device moves into an instance of the new class, which
     * stands in the same place. When that can't be, the old bundle and the old devices are back.
     *
     * @param jar the new bundle, of the same symbolic name; read to its end, not closed
     * @throws DeviceException when the bundle is as it was before, saying why
     * @throws IOException when the jar can't be read
     */
    Outcome update(Bundle bundle, InputStream jar) throws DeviceException, IOException;

    /**
     * Has the guest let the devices of a bundle go, then uninstalls it.
     *
     * @param patience how long the guest is waited for; then devices go whether or not it knows
     * @return how many devices there were
     * @throws DeviceException when the bundle can't be uninstalled
     */
    int remove(Bundle bundle, Duration patience) throws DeviceException;
}
