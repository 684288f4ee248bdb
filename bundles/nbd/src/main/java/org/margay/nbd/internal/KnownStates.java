package org.margay.nbd.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.Extent;

/**
 * The last answer about allocation: asking is a round trip, and one answer is about many extents. Forgotten at each change that goes
 * through this node. Any thread.
 */
final class KnownStates {
    private long start;
    private List<Request.State> states = List.of();
    private long changes;

    /** Before asking; given back with {@link #put}. */
    synchronized long changes() {
        return changes;
    }

    synchronized void forget() {
        changes++;
        states = List.of();
    }

    /** Keeps an answer, unless something has changed since. */
    synchronized void put(long offset, List<Request.State> answer, long changesBefore) {
        if (changes == changesBefore) {
            start = offset;
            states = List.copyOf(answer);
        }
    }

    /** What is known of an offset, or null. */
    synchronized @Nullable Extent find(long offset, long length) {
        return find(start, states, offset, length);
    }

    /** What an answer that begins at some offset says of another, or null. */
    static @Nullable Extent find(long start, List<Request.State> states, long offset, long length) {
        long at = start;
        for (Request.State state : states) {
            if (offset >= at && offset < at + state.length()) {
                long bytes = Math.min(length, at + state.length() - offset);
                return (state.flags() & Nbd.STATE_ZERO) != 0
                        ? new Extent(Extent.Kind.ZERO, bytes, offset)
                        : Extent.data(bytes, offset);
            }
            at += state.length();
        }
        return null;
    }
}
