package org.margay.qmp;

import org.jspecify.annotations.Nullable;

/** Sends events to all clients that have negotiated. A service; call it under the machine lock. */
public interface QmpEvents {
    /**
     * Sends an event stamped with the host's time.
     *
     * @param name such as "RESET"
     * @param data a record or map, or null for an event without data
     */
    void emit(String name, @Nullable Object data);
}
