package org.margay.block;

import java.util.Locale;

/** -drive cache=: how far writes have come when the guest is told that they are done. */
public enum CacheMode {
    /** In the host's page cache; the guest flushes. */
    WRITEBACK(false, false, false),
    /** Stable: each write is flushed. */
    WRITETHROUGH(true, false, false),
    /** Past the host's page cache; the guest flushes. */
    NONE(false, true, false),
    /** Past the page cache and stable. */
    DIRECTSYNC(true, true, false),
    /** In the page cache; the guest's flushes are left out. */
    UNSAFE(false, false, true);

    private final boolean writeThrough;
    private final boolean direct;
    private final boolean noFlush;

    CacheMode(boolean writeThrough, boolean direct, boolean noFlush) {
        this.writeThrough = writeThrough;
        this.direct = direct;
        this.noFlush = noFlush;
    }

    /** Whether each write is flushed. */
    public boolean writeThrough() {
        return writeThrough;
    }

    /** Whether the host's page cache is left out (O_DIRECT). */
    public boolean direct() {
        return direct;
    }

    /** Whether flushes are ignored. */
    public boolean noFlush() {
        return noFlush;
    }

    /** As the option spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
