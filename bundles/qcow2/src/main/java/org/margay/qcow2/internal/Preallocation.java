package org.margay.qcow2.internal;

import java.util.Locale;

/** Create option preallocation. */
enum Preallocation {
    OFF,
    /** Clusters have their places, nothing is written there. */
    METADATA,
    /** The host has room for them besides. */
    FALLOC,
    /** Zeros are written there. */
    FULL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
