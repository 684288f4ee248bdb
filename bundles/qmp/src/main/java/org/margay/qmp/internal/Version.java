package org.margay.qmp.internal;

import java.util.Optional;
import org.margay.qmp.WireName;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * What the greeting and query-version say. Clients read {@link #qemu} to guess which commands there are: it names the QEMU
 * release whose command set we follow. {@code package} says whose work it is.
 */
public record Version(Release qemu, @WireName("package") String packageName) {
    /** A QEMU release. */
    public record Release(int major, int minor, int micro) {}

    public static final Version CURRENT = new Version(new Release(1, 1, 0), "margay" + ownVersion());

    private static String ownVersion() {
        return Optional.ofNullable(FrameworkUtil.getBundle(Version.class))
                .map(Bundle::getVersion)
                .map(version -> "-%d.%d.%d".formatted(version.getMajor(), version.getMinor(), version.getMicro()))
                .orElse("");
    }
}
