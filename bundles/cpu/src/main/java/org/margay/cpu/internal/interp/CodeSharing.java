package org.margay.cpu.internal.interp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.margay.memory.GuestRam;

/**
 * The processors of one machine, for what each must know of the others' code: a processor that writes into a page of which another has
 * decoded code has to take the slow path, which tells. Any thread.
 */
public final class CodeSharing {
    private final List<BlockCache> caches = new CopyOnWriteArrayList<>();

    void join(BlockCache cache) {
        caches.add(cache);
    }

    /** How many there are. */
    int processors() {
        return caches.size();
    }

    /** A processor has code of a page that it had none of before. */
    void guard(GuestRam ram, long offset, BlockCache by) {
        for (BlockCache cache : caches) {
            if (cache != by && cache.everRan()) {
                cache.guard(ram, offset, by);
            }
        }
    }
}
