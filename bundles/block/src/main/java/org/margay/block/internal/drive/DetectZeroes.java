package org.margay.block.internal.drive;

import java.util.Locale;

/** What becomes of the guest's writes that are nothing but zeros. */
public enum DetectZeroes {
    /** They are writes as any other. */
    OFF,
    /** The image is told that there are zeros: where it can, it moves none. */
    ON,
    /** The same, and their room on the host may be given up, if {@link Unmapping#discard} allows that. */
    UNMAP;

    /** As the option spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
