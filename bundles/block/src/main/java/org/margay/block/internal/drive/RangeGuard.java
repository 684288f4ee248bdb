package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets changes of a range happen side by side, copies of it alone, each in the order of their coming: nobody starves, nothing is locked
 * but what overlaps.
 */
final class RangeGuard implements CopyGuard {
    private static final Logger LOG = LoggerFactory.getLogger(RangeGuard.class);

    /** Bytes that copy-on-read copies at a time. */
    private static final long UNIT = 1 << 16;

    /** A range that somebody has or waits for. */
    private record Claim(long offset, long end, boolean alone) {
        boolean contradicts(Claim other) {
            return (alone || other.alone) && offset < other.end && other.offset < end;
        }
    }

    private final boolean copyOnRead;
    /** In the order of coming; compared by identity. */
    private final List<Claim> claims = new ArrayList<>();

    RangeGuard(boolean copyOnRead) {
        this.copyOnRead = copyOnRead;
    }

    @Override
    public void changing(long offset, long length, Change change) throws IOException {
        with(new Claim(offset, offset + length, false), change);
    }

    /** Copies while nobody changes or copies the range. */
    void copying(long offset, long length, Change copy) throws IOException {
        with(new Claim(offset, offset + length, true), copy);
    }

    private void with(Claim claim, Change change) throws IOException {
        enter(claim);
        try {
            change.run();
        } finally {
            leave(claim);
        }
    }

    private void enter(Claim claim) {
        boolean interrupted = false;
        synchronized (this) {
            claims.add(claim);
            while (mustWait(claim)) {
                try {
                    wait();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean mustWait(Claim claim) {
        for (Claim earlier : claims) {
            if (isSame(earlier, claim)) {
                return false;
            }
            if (earlier.contradicts(claim)) {
                return true;
            }
        }
        return false;
    }

    private synchronized void leave(Claim claim) {
        claims.removeIf(other -> isSame(other, claim));
        notifyAll();
    }

    @SuppressWarnings("ReferenceEquality") // Two may be equal and yet different ones.
    private static boolean isSame(Claim one, Claim other) {
        return one == other;
    }

    @Override
    public void reading(BlockNode node, long offset, long length) throws IOException {
        if (!copyOnRead || node.readOnly() || !(node instanceof ImageNode top) || top.backing() == null) {
            return;
        }
        long end = Math.min(node.length(), (offset + length + UNIT - 1) / UNIT * UNIT);
        long at = offset / UNIT * UNIT;
        while (at < end) {
            Extent extent = top.extent(at, end - at);
            if (extent.kind() == Extent.Kind.UNALLOCATED) {
                keep(top, at, extent.length());
            }
            at += extent.length();
        }
    }

    /** A copy that can't be kept is no reason not to read. */
    private void keep(ImageNode top, long offset, long length) throws IOException {
        try {
            for (long done = 0; done < length; done += CopyUp.CHUNK) {
                long at = offset + done;
                long part = Math.min(CopyUp.CHUNK, length - done);
                copying(at, part, () -> copyUp(top, at, part));
            }
        } catch (IOException e) {
            LOG.warn("{}: what was read is not kept: {}", top.filename(), e.getMessage());
        }
    }

    private static void copyUp(ImageNode top, long at, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            new CopyUp(top, null, true).copy(at, length, CopyUp.buffer(arena, length));
        }
    }
}
