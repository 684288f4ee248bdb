package org.margay.net.internal;

import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;

/** Ids of the backends in a plan. */
public final class NetdevIds {
    private NetdevIds() {}

    /** For a backend whose user gave it none: its type and the next free number. */
    public static String next(MachinePlan plan, String type) {
        int number = 0;
        while (taken(plan, type + "." + number)) {
            number++;
        }
        return type + "." + number;
    }

    /** Refuses an id that another one has. */
    public static void checkFree(MachinePlan plan, String id) throws OptionException {
        if (taken(plan, id)) {
            throw new OptionException("Duplicate ID '%s' for netdev".formatted(id));
        }
    }

    private static boolean taken(MachinePlan plan, String id) {
        return plan.all(NetdevRequest.class).stream()
                .anyMatch(request -> request.id().equals(id));
    }
}
