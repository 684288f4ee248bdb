package org.margay.image.blocks;

import java.util.ArrayDeque;
import java.util.Deque;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** Hands out room for new blocks at the end of a file. Any thread. */
public final class Places {
    private final long freshFrom;
    private final long limit;
    private final Deque<Long> returned = new ArrayDeque<>();
    private long next;
    private long spoiled;

    /**
     * @param file where room is wanted
     * @param next offset behind the last block in use
     * @param limit offset that no block may reach: what the format's entries can say
     */
    public Places(BlockNode file, long next, long limit) {
        // What lies behind the end of a file that grows reads as zeros once it is part of it; disks are not so.
        this.freshFrom = file.growable() ? file.length() : Long.MAX_VALUE;
        this.next = next;
        this.limit = limit;
    }

    /**
     * Room for one block.
     *
     * @throws ImageException when the format can't address any more
     */
    public synchronized long reserve(long size) throws ImageException {
        Long again = returned.poll();
        if (again != null) {
            return again;
        }
        if (size > limit - next) {
            throw new ImageException("the image is full: its format can't address more than %d bytes".formatted(limit));
        }
        long place = next;
        next += size;
        return place;
    }

    /** Room for something else than blocks, which is not given back. */
    public synchronized long reserveAtEnd(long size) throws ImageException {
        if (size > limit - next) {
            throw new ImageException("the image is full: its format can't address more than %d bytes".formatted(limit));
        }
        long place = next;
        next += size;
        return place;
    }

    /** Gives room back that could not be filled. */
    public synchronized void giveBack(long place, long size) {
        if (place + size == next) {
            // Formats that count their blocks by where the last one ends want no hole there.
            next = place;
        } else {
            returned.add(place);
        }
        // It may have been filled in part.
        spoiled = Math.max(spoiled, place + size);
    }

    /** Offset behind the last block handed out. */
    public synchronized long end() {
        return next;
    }

    /** Whether nothing was ever written there, so that it reads as zeros. */
    public synchronized boolean fresh(long place) {
        return place >= freshFrom && place >= spoiled;
    }
}
