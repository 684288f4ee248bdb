package org.margay.machine.plan;

import java.util.Optional;
import java.util.UUID;
import org.margay.machine.MachinePlan;

/**
 * -name and -uuid.
 *
 * @param name what query-name shows
 * @param uuid what query-uuid and SMBIOS show
 */
public record GuestIdentity(Optional<String> name, Optional<UUID> uuid) {
    private static final GuestIdentity NONE = new GuestIdentity(Optional.empty(), Optional.empty());

    public static GuestIdentity in(MachinePlan plan) {
        return plan.get(GuestIdentity.class).orElse(NONE);
    }

    public GuestIdentity withName(String newName) {
        return new GuestIdentity(Optional.of(newName), uuid);
    }

    public GuestIdentity withUuid(UUID newUuid) {
        return new GuestIdentity(name, Optional.of(newUuid));
    }
}
