package org.margay.machine.debug;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where a vCPU stops for its debugger.
 *
 * @param breakpoints linear addresses of instructions
 */
public record DebugStops(Set<Long> breakpoints, List<Watchpoint> watchpoints) {
    public static final DebugStops NONE = new DebugStops(Set.of(), List.of());

    public DebugStops(Collection<Long> breakpoints, Collection<Watchpoint> watchpoints) {
        this(Set.copyOf(breakpoints), List.copyOf(watchpoints));
    }

    public DebugStops {
        breakpoints = Set.copyOf(breakpoints);
        watchpoints = List.copyOf(watchpoints);
    }

    public boolean isEmpty() {
        return breakpoints.isEmpty() && watchpoints.isEmpty();
    }
}
