package org.margay.cpu.internal.mmu;

import org.margay.memory.GuestRam;

/** Whoever caches code: told before the processor itself writes into a page that it watches by {@link GuestRam#watchCode}. */
@FunctionalInterface
public interface CodeWatch {
    /** Bytes will be written; code that overlaps them must not run again. */
    void written(GuestRam ram, long offset, long length);
}
