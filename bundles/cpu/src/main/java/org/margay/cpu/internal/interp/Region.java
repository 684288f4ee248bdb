package org.margay.cpu.internal.interp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;

/**
 * Translated code of several blocks, entered at one of them. It dies with the first byte of its code that is written, and
 * is left alone while its pages are not mapped as they were. Confined to the vCPU's thread.
 */
public abstract class Region {
    /** Code in one page: bytes from start to end of it. */
    record Part(long linearPage, CodePage page, int start, int end) {}

    private static final int MAX_PATIENCE = 1 << 24;

    private List<Part> parts = List.of();

    /** One of the parts in each page. */
    private List<Part> pages = List.of();

    private @Nullable Block entry;
    private int mapping;
    private int patience;
    private boolean dead;

    /**
     * Runs it from its entry.
     *
     * @return false when the next instruction, at {@link Cpu#rip}, has to be done by the interpreter
     */
    protected abstract boolean run(Cpu cpu);

    /** Whether there is code to run; it may be made by another thread. */
    protected abstract boolean isReady();

    /** Its code was written, or it has to make room. It never runs again; if it is running, it has to leave. */
    protected abstract void died(boolean written);

    public final boolean isDead() {
        return dead;
    }

    /** Puts it in the place of its first block, and watches its code. */
    final void install(Block block, int promotedAt, List<Part> code, BlockCache cache) {
        patience = promotedAt;
        parts = code;
        Map<Long, Part> byPage = new LinkedHashMap<>();
        code.forEach(part -> byPage.putIfAbsent(part.linearPage, part));
        pages = List.copyOf(byPage.values());
        entry = block;
        mapping = 0;
        block.region = this;
        for (Part part : code) {
            cache.watch(part.page);
            part.page.add(part, this);
        }
    }

    /** Whether its pages are mapped as when it was translated. */
    final boolean isCurrent(BlockCache cache) {
        return cache.isCurrent(mapping) || revalidate(cache);
    }

    private boolean revalidate(BlockCache cache) {
        boolean global = true;
        try {
            for (Part part : pages) {
                if (cache.pageOfCode(part.linearPage) != part.page) {
                    return false;
                }
                global &= cache.lastPageWasGlobal();
            }
        } catch (GuestFault _) {
            return false;
        }
        mapping = cache.mapping(global);
        return true;
    }

    /** Takes it away, to make room. On the vCPU's thread, not while it runs. */
    public final void discard() {
        kill(false);
    }

    /** Takes it away. */
    final void kill(boolean written) {
        if (dead) {
            return;
        }
        dead = true;
        if (entry != null && entry.region == this) {
            entry.region = null;
            entry.heat = 0;
            entry.promoteAt = written ? (int) Math.min(2L * patience, MAX_PATIENCE) : patience;
        }
        for (Part part : parts) {
            part.page.remove(part, this);
        }
        died(written);
    }
}
