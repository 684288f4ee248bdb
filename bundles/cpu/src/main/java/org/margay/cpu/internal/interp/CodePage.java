package org.margay.cpu.internal.interp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.memory.GuestRam;

/** A page of guest memory with decoded code: its blocks by where they start, and which bytes they cover. */
final class CodePage {
    private static final int BUCKETS = 64;

    final GuestRam ram;

    /** Of the page's first byte in {@link #ram}. */
    final long offset;

    private final @Nullable Block[] buckets = new Block[BUCKETS];

    /** One bit per byte of the page that some block covers, or covered since the page was last empty. */
    private final long[] covered = new long[GuestRam.PAGE_SIZE / 64];

    private int blocks;

    /** Blocks of the page before whose last instruction ends in this page. */
    private final List<Block> reachingIn = new ArrayList<>();

    /** Translated code with bytes in this page. */
    private record Translated(Region.Part part, Region region) {}

    private final List<Translated> translated = new ArrayList<>();

    /** How long it takes that the death of a region is forgotten. */
    private static final long FORGET_NANOS = 1_000_000_000;

    /** Doublings at most. */
    private static final int MAX_PATIENCE = 8;

    /** Regions of this page that died by writes, at most {@link #MAX_PATIENCE}, and when the last one did. */
    private int deaths;

    private long lastDeath;

    CodePage(GuestRam ram, long offset) {
        this.ram = ram;
        this.offset = offset;
    }

    @Nullable
    Block find(int start, long rip, long key) {
        for (Block block = buckets[start & BUCKETS - 1]; block != null; block = block.nextInBucket) {
            if (block.start == start && block.rip == rip && block.key == key) {
                return block;
            }
        }
        return null;
    }

    void add(Block block) {
        if (block.page == this) {
            int bucket = block.start & BUCKETS - 1;
            block.nextInBucket = buckets[bucket];
            buckets[bucket] = block;
            blocks++;
            cover(block.start, Math.min(block.end, GuestRam.PAGE_SIZE));
        } else {
            reachingIn.add(block);
            cover(0, block.end - GuestRam.PAGE_SIZE);
        }
    }

    void add(Region.Part part, Region region) {
        translated.add(new Translated(part, region));
        cover(part.start(), part.end());
    }

    void remove(Region.Part part, Region region) {
        translated.removeIf(each -> each.region == region && each.part == part);
    }

    private void cover(int start, int end) {
        for (int i = start; i < end; i++) {
            covered[i >> 6] |= 1L << i;
        }
    }

    private boolean covers(int start, int end) {
        for (int i = start; i < end; ) {
            if ((i & 63) == 0 && end - i >= 64) {
                if (covered[i >> 6] != 0) {
                    return true;
                }
                i += 64;
            } else {
                if ((covered[i >> 6] >>> i & 1) != 0) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Throws away the blocks that overlap some bytes of the page. */
    void written(int start, int end) {
        if (!covers(start, end)) {
            return;
        }
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            for (Block block = buckets[bucket]; block != null; block = block.nextInBucket) {
                if (block.start < end && block.end > start) {
                    remove(block);
                }
            }
        }
        for (Block block : List.copyOf(reachingIn)) {
            if (block.end - GuestRam.PAGE_SIZE > start && block.page != null) {
                block.page.remove(block);
            }
        }
        for (Translated each : List.copyOf(translated)) {
            if (each.part.start() < end && each.part.end() > start && !each.region.isDead()) {
                deaths = Math.min(patience() + 1, MAX_PATIENCE);
                lastDeath = System.nanoTime();
                each.region.kill(true);
            }
        }
        Arrays.fill(covered, 0);
        translated.forEach(each -> cover(each.part.start(), each.part.end()));
        for (Block first : buckets) {
            for (Block block = first; block != null; block = block.nextInBucket) {
                cover(block.start, Math.min(block.end, GuestRam.PAGE_SIZE));
            }
        }
        reachingIn.forEach(block -> cover(0, block.end - GuestRam.PAGE_SIZE));
    }

    private void remove(Block gone) {
        gone.invalidate();
        blocks--;
        if (gone.secondPage != null) {
            gone.secondPage.reachingIn.remove(gone);
        }
        int bucket = gone.start & BUCKETS - 1;
        Block previous = null;
        for (Block block = buckets[bucket]; block != gone && block != null; block = block.nextInBucket) {
            previous = block;
        }
        if (previous == null) {
            buckets[bucket] = gone.nextInBucket;
        } else {
            previous.nextInBucket = gone.nextInBucket;
        }
    }

    /** How many times longer than elsewhere, in doublings, code has to run before it is translated: what is written all the time is not worth it. */
    int patience() {
        return deaths == 0 ? 0 : (int) Math.max(0, deaths - (System.nanoTime() - lastDeath) / FORGET_NANOS);
    }

    boolean isEmpty() {
        return blocks == 0 && reachingIn.isEmpty() && translated.isEmpty();
    }
}
