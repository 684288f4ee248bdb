package org.margay.block;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.margay.memory.IoVector;

/** Reads through to what lies under an image. */
public final class Backing {
    private Backing() {}

    /** Reads where an image has no data of its own: what the backing node has, zeros behind its end or when there is none. */
    public static void read(@Nullable BlockNode backing, long offset, IoVector target) throws IOException {
        long there = backing == null ? 0 : Math.clamp(backing.length() - offset, 0, target.size());
        if (backing != null && there > 0) {
            backing.read(offset, target.slice(0, there));
        }
        if (there < target.size()) {
            target.slice(there, target.size() - there).clear();
        }
    }
}
