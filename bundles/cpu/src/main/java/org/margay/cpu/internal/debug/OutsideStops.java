package org.margay.cpu.internal.debug;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.machine.debug.DebugStop;
import org.margay.machine.debug.DebugStops;
import org.margay.machine.debug.Watchpoint;

/**
 * Breakpoints and watchpoints of a debugger outside of the guest. Set while the processor is paused; else on the processor's thread.
 *
 * <p>A breakpoint never lies within a block: blocks end before it, and the one that begins there is not found. While there are
 * watchpoints the processor runs instruction by instruction, so that it stops behind the one that hit.
 */
public final class OutsideStops {
    private Set<Long> breakpoints = Set.of();
    private List<Watchpoint> watchpoints = List.of();
    private DebugStop.@Nullable Watched hit;
    private boolean passing;
    private long passed;

    public void set(DebugStops stops) {
        breakpoints = stops.breakpoints();
        watchpoints = stops.watchpoints();
        hit = null;
        passing = false;
    }

    /** Whether there are breakpoints: nothing may run past where they are looked for. */
    public boolean breaks() {
        return !breakpoints.isEmpty();
    }

    /** Whether there are watchpoints. */
    public boolean watches() {
        return !watchpoints.isEmpty();
    }

    public boolean breaksAt(long linear) {
        return !breakpoints.isEmpty() && breakpoints.contains(linear);
    }

    /** The processor stands at an address and is to go on from there, breakpoint or not. */
    public void pass(long linear) {
        passing = true;
        passed = linear;
    }

    /** Called before each block. */
    public void checkExecute(long linear) {
        boolean pass = passing && linear == passed;
        passing = false;
        if (!pass && breakpoints.contains(linear)) {
            throw new DebugStopException(new DebugStop.Breakpoint());
        }
    }

    /** Whether accesses to a page must not take a short cut past {@link #noteAccess}. */
    public boolean watchesPage(long page) {
        for (Watchpoint watchpoint : watchpoints) {
            if (watchpoint.overlaps(page, 4096)) {
                return true;
            }
        }
        return false;
    }

    /** Notes an access to memory; the processor stops by {@link #checkHit} after the instruction. */
    public void noteAccess(long linear, int size, boolean write) {
        for (Watchpoint watchpoint : watchpoints) {
            if (watchpoint.sees(linear, size, write)) {
                long first = Long.compareUnsigned(linear, watchpoint.address()) < 0 ? watchpoint.address() : linear;
                hit = new DebugStop.Watched(watchpoint, first);
            }
        }
    }

    /** Called after each instruction. */
    public void checkHit() {
        DebugStop.@Nullable Watched found = hit;
        if (found != null) {
            hit = null;
            throw new DebugStopException(found);
        }
    }
}
