package org.margay.block.internal.drive;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.NoSpaceException;
import org.margay.block.UnsupportedImageException;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.memory.IoVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does on a node what a device wants done. On a worker, without the machine lock. */
final class DriveWork {
    private static final Logger LOG = LoggerFactory.getLogger(DriveWork.class);

    private final String drive;
    private final BlockNode node;
    private final CopyGuard guard;
    private final Unmapping unmapping;

    DriveWork(String drive, BlockNode node, CopyGuard guard, Unmapping unmapping) {
        this.drive = drive;
        this.node = node;
        this.guard = guard;
        this.unmapping = unmapping;
    }

    /** @param writeThrough whether what is written is to be stable at the end */
    DriveResult perform(DriveOperation operation, boolean writeThrough) {
        try {
            switch (operation) {
                case DriveOperation.Read read -> read(read.offset(), read.target());
                case DriveOperation.Write write ->
                    guard.changing(write.offset(), write.source().size(), () -> write(write.offset(), write.source()));
                case DriveOperation.WriteZeroes zeroes ->
                    guard.changing(
                            zeroes.offset(),
                            zeroes.length(),
                            () -> writeZeroes(zeroes.offset(), zeroes.length(), zeroes.mayUnmap()));
                case DriveOperation.Discard discard -> discard(discard.offset(), discard.length());
                case DriveOperation.Flush _ -> node.flush();
            }
            if (writeThrough
                    && (operation instanceof DriveOperation.Write || operation instanceof DriveOperation.WriteZeroes)) {
                node.flush();
            }
            return DriveResult.DONE;
        } catch (NoSpaceException e) {
            LOG.warn("drive {}: {}", drive, e.getMessage());
            return DriveResult.NO_SPACE;
        } catch (IOException e) {
            LOG.warn("drive {}: {}", drive, e.getMessage());
            LOG.debug("drive {}", drive, e);
            return DriveResult.IO_ERROR;
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError | AssertionError e) {
            // A fault of ours in a format: the guest sees a bad disk, the log sees why.
            LOG.error("drive {}: internal error", drive, e);
            return DriveResult.IO_ERROR;
        }
    }

    private void read(long offset, IoVector target) throws IOException {
        long there = within(offset, target.size());
        guard.reading(node, offset, there);
        if (there > 0) {
            node.read(offset, target.slice(0, there));
        }
        if (there < target.size()) {
            target.slice(there, target.size() - there).clear();
        }
    }

    private void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        node.writeZeroes(offset, within(offset, length), mayUnmap && unmapping.discard());
    }

    private void discard(long offset, long length) throws IOException {
        if (unmapping.discard()) {
            guard.changing(offset, length, () -> node.discard(offset, within(offset, length)));
        }
    }

    private void write(long offset, IoVector source) throws IOException {
        if (unmapping.zeroes() != DetectZeroes.OFF && source.isZero()) {
            writeZeroes(offset, source.size(), unmapping.zeroes() == DetectZeroes.UNMAP);
            return;
        }
        long there = within(offset, source.size());
        if (there < source.size()) {
            there = grown(offset + source.size()) ? source.size() : there;
        }
        if (there > 0) {
            node.write(offset, source.slice(0, there));
        }
    }

    /** A file that ends within a sector gets the rest of it when that is written. */
    private boolean grown(long length) throws IOException {
        try {
            node.resize(length);
            return true;
        } catch (UnsupportedImageException _) {
            return false;
        }
    }

    /** Bytes of a range that the node has: all, but for the last sector of an image that is no whole number of them. */
    private long within(long offset, long length) {
        return Math.clamp(node.length() - offset, 0, length);
    }
}
