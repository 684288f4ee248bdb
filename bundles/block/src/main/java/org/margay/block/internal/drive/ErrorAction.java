package org.margay.block.internal.drive;

import java.util.Locale;

/** What is done about an operation that the host could not do. */
enum ErrorAction {
    /** The guest is told that all went well. */
    IGNORE,
    /** The guest is told. */
    REPORT,
    /** The machine stops; the operation is tried again when it goes on. */
    STOP;

    /** As events spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
