package org.margay.ide.internal;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.memory.IoVector;

/**
 * What a disk command moves, or has the medium do: one at a time. The medium is asked for many sectors at once, whatever the size of
 * the blocks in which the host moves them.
 */
final class DiskTransfer {
    static final int SECTOR = 512;

    private static final int BATCH = PioBuffer.CAPACITY / SECTOR;
    /** Bounds the time for which a reset must wait for the host. */
    private static final int DMA_CHUNK = 4 << 20;

    /** What is under way. */
    enum Work {
        NONE,
        /** The host reads a page that is no part of the medium. */
        PAGE,
        READ,
        WRITE,
        VERIFY,
        READ_DMA,
        WRITE_DMA,
        FLUSH,
        /** Ranges for DATA SET MANAGEMENT come. */
        RANGES_DMA,
        /** Their sectors are given up. */
        DISCARD;

        boolean isDma() {
            return this == READ_DMA || this == WRITE_DMA || this == RANGES_DMA;
        }
    }

    /**
     * Where it is. What the medium does now is done again after a restore.
     *
     * @param sector first one of those that are not done, or are in the buffer
     * @param left how many
     * @param block sectors that the host moves at a time
     * @param wide whether addresses have 48 bits
     * @param stable whether the command is done when the medium is flushed
     * @param careful whether an error made it ask for single blocks
     */
    record State(Work work, long sector, int left, int block, boolean wide, boolean stable, boolean careful) {
        static final State IDLE = new State(Work.NONE, 0, 0, 1, false, false, false);

        State {
            if (work == null
                    || sector < 0
                    || sector >= 1L << 48
                    || left < 0
                    || left > 0x1_0000
                    || block < 1
                    || block > DiskModes.MOST_MULTIPLE) {
                throw new IllegalArgumentException("disk transfer");
            }
        }
    }

    private final HardDisk disk;
    private Work work = Work.NONE;
    private long sector;
    private int left;
    private int block = 1;
    private boolean wide;
    private boolean stable;
    private boolean careful;
    /** Whether the drive works for it. */
    private boolean submitted;

    DiskTransfer(HardDisk disk) {
        this.disk = disk;
    }

    /** The host reads a page. */
    void page(byte[] page) {
        work = Work.PAGE;
        disk.buffer().fill(page, page.length);
        disk.presentBlock(AtaDevice.Phase.DATA_IN, page.length);
        disk.interrupt();
    }

    /**
     * Moves sectors, or only looks at them.
     *
     * @param block sectors that the host moves at a time
     */
    void start(Work work, long sector, int count, int block, boolean wide, boolean stable) {
        this.work = work;
        this.sector = sector;
        this.left = count;
        this.block = block;
        this.wide = wide;
        this.stable = stable;
        this.careful = false;
        if (work == Work.WRITE) {
            collect();
        } else {
            proceed();
        }
    }

    void flush() {
        work = Work.FLUSH;
        proceed();
    }

    /** @param blocks of ranges that the host sends by DMA */
    void discard(int blocks) {
        start(Work.RANGES_DMA, 0, blocks, 1, true, false);
    }

    /** Has the drive do the next thing. */
    private void proceed() {
        switch (work) {
            case READ, VERIFY -> fetch();
            case WRITE -> store();
            case READ_DMA, WRITE_DMA, RANGES_DMA -> dma();
            case FLUSH ->
                submit(new DriveOperation.Flush(), result -> {
                    if (result.isError()) {
                        failed(TaskFile.ABORTED);
                    } else {
                        succeeded();
                    }
                });
            case DISCARD -> discardNext();
            case NONE, PAGE -> throw new IllegalStateException("nothing to do in " + work);
        }
    }

    private interface Next {
        void done(DriveResult result);
    }

    private void submit(DriveOperation operation, Next next) {
        submitted = true;
        disk.drive().submit(operation, result -> {
            submitted = false;
            next.done(result);
        });
    }

    private void fetch() {
        int count = Math.min(left, careful ? block : BATCH);
        disk.buffer().begin(count * SECTOR);
        IoVector target = disk.buffer().vector(count * SECTOR);
        submit(new DriveOperation.Read(sector * SECTOR, target), result -> {
            if (result.isError() && count > block) {
                careful = true;
                fetch();
            } else if (result.isError()) {
                failed(readError(result));
            } else if (work == Work.READ) {
                present(AtaDevice.Phase.DATA_IN);
                disk.interrupt();
            } else {
                advance(count);
                proceedOrSucceed();
            }
        });
    }

    private void present(AtaDevice.Phase direction) {
        disk.presentBlock(direction, block * SECTOR);
    }

    private void collect() {
        disk.buffer().begin(Math.min(left, BATCH) * SECTOR);
        present(AtaDevice.Phase.DATA_OUT);
    }

    private void store() {
        int bytes = disk.buffer().limit();
        submit(new DriveOperation.Write(sector * SECTOR, disk.buffer().vector(bytes)), result -> {
            if (result.isError()) {
                failed(writeError(result));
                return;
            }
            advance(bytes / SECTOR);
            if (left == 0) {
                written();
            } else {
                collect();
                disk.interrupt();
            }
        });
    }

    private void advance(int sectors) {
        sector += sectors;
        left -= sectors;
    }

    private void proceedOrSucceed() {
        if (left > 0) {
            proceed();
        } else {
            succeeded();
        }
    }

    private void written() {
        if (stable) {
            flush();
        } else {
            succeeded();
        }
    }

    /** The host has read a block. */
    void blockRead() {
        if (!disk.buffer().done()) {
            present(AtaDevice.Phase.DATA_IN);
            disk.interrupt();
            return;
        }
        if (work != Work.PAGE) {
            advance(disk.buffer().limit() / SECTOR);
            if (left > 0) {
                fetch();
                return;
            }
            leaveAddress();
        }
        work = Work.NONE;
        disk.end();
    }

    /** The host has written a block. */
    void blockWritten() {
        if (disk.buffer().done()) {
            store();
        } else {
            present(AtaDevice.Phase.DATA_OUT);
            disk.interrupt();
        }
    }

    /** Goes on with DMA if it can. */
    void dma() {
        if (!work.isDma() || submitted || !disk.dma().started()) {
            return;
        }
        int wanted = (int) Math.min((long) left * SECTOR, DMA_CHUNK);
        DmaWindow window = disk.dma().window(wanted, work == Work.READ_DMA);
        int count = window.bytes() / SECTOR;
        if (count == 0) {
            disk.dma().exhausted();
            return;
        }
        IoVector memory = window.memory().vector().slice(0, (long) count * SECTOR);
        switch (work) {
            case READ_DMA ->
                submit(new DriveOperation.Read(sector * SECTOR, memory), result -> {
                    window.memory().written();
                    moved(window, count, result.isError() ? readError(result) : 0);
                });
            case WRITE_DMA ->
                submit(
                        new DriveOperation.Write(sector * SECTOR, memory),
                        result -> moved(window, count, result.isError() ? writeError(result) : 0));
            default -> {
                byte[] ranges = new byte[count * SECTOR];
                copyOut(memory, ranges);
                disk.dma().moved(window);
                rangesCame(ranges, count);
            }
        }
    }

    private static void copyOut(IoVector memory, byte[] target) {
        int at = 0;
        for (MemorySegment piece : memory.pieces()) {
            int size = (int) piece.byteSize();
            MemorySegment.copy(piece, 0, MemorySegment.ofArray(target), at, size);
            at += size;
        }
    }

    private void moved(DmaWindow window, int count, int error) {
        disk.dma().moved(window);
        if (error != 0) {
            failed(error);
            return;
        }
        advance(count);
        if (left > 0) {
            dma();
        } else if (work == Work.WRITE_DMA) {
            written();
        } else {
            succeeded();
        }
    }

    /** Without all of them nothing is given up: a table that is too short leaves the command waiting. */
    private void rangesCame(byte[] ranges, int count) {
        if (count < left) {
            disk.dma().exhausted();
            return;
        }
        TrimRanges parsed = TrimRanges.of(ranges);
        if (!parsed.within(disk.sectors())) {
            failed(TaskFile.ID_NOT_FOUND);
            return;
        }
        disk.buffer().fill(ranges, ranges.length);
        work = Work.DISCARD;
        sector = 0;
        left = parsed.ranges().size();
        proceedOrSucceed();
    }

    private void discardNext() {
        TrimRanges ranges = TrimRanges.of(disk.buffer().bytes(disk.buffer().limit()));
        TrimRanges.Range range = ranges.ranges().get((int) sector);
        DriveOperation operation = new DriveOperation.Discard(range.sector() * SECTOR, (long) range.count() * SECTOR);
        submit(operation, result -> {
            if (result.isError()) {
                failed(writeError(result));
                return;
            }
            advance(1);
            proceedOrSucceed();
        });
    }

    /** The bus master was stopped: the drive is not to touch its memory any more. */
    void dmaStopped() {
        if (work.isDma() && submitted) {
            disk.drive().cancel();
            submitted = false;
        }
    }

    private void succeeded() {
        if (work != Work.FLUSH && work != Work.DISCARD) {
            leaveAddress();
        }
        work = Work.NONE;
        disk.complete();
    }

    private void leaveAddress() {
        SectorAddress.set(disk.registers(), Math.max(sector - 1, 0), wide, disk.modes());
        disk.registers().count = 0;
        disk.registers().previousCount = 0;
    }

    /** The registers tell the first sector that could not be had. */
    private void failed(int error) {
        if (work != Work.FLUSH && work != Work.DISCARD && work != Work.RANGES_DMA) {
            SectorAddress.set(disk.registers(), sector, wide, disk.modes());
        }
        work = Work.NONE;
        disk.fail(error);
    }

    private static int readError(DriveResult result) {
        return switch (result) {
            case IO_ERROR -> TaskFile.UNCORRECTABLE;
            case OUT_OF_RANGE -> TaskFile.ID_NOT_FOUND;
            default -> TaskFile.ABORTED;
        };
    }

    private static int writeError(DriveResult result) {
        return result == DriveResult.OUT_OF_RANGE ? TaskFile.ID_NOT_FOUND : TaskFile.ABORTED;
    }

    void abandon() {
        if (submitted) {
            disk.drive().cancel();
            submitted = false;
        }
        work = Work.NONE;
    }

    State save() {
        return new State(work, sector, left, block, wide, stable, careful);
    }

    /**
     * Takes a state over, after the disk has what else it needs, and has done again what was under way.
     *
     * @throws IllegalArgumentException when it does not fit the disk or its phase
     */
    void restore(State state, AtaDevice.Phase phase) {
        check(state, phase);
        work = state.work;
        sector = state.sector;
        left = state.left;
        block = state.block;
        wide = state.wide;
        stable = state.stable;
        careful = state.careful;
        if (phase == AtaDevice.Phase.BUSY) {
            proceed();
        }
    }

    private void check(State state, AtaDevice.Phase phase) {
        @Nullable
        String wrong = switch (state.work) {
            case NONE -> phase == AtaDevice.Phase.IDLE ? null : "a phase of no command";
            case PAGE -> phase == AtaDevice.Phase.DATA_IN ? null : "a page that nobody reads";
            case READ -> phase == AtaDevice.Phase.DATA_IN || phase == AtaDevice.Phase.BUSY ? null : "no read";
            case WRITE -> phase == AtaDevice.Phase.DATA_OUT || phase == AtaDevice.Phase.BUSY ? null : "no write";
            default -> phase == AtaDevice.Phase.BUSY ? null : "work without being busy";
        };
        int inBuffer = disk.buffer().limit();
        boolean sectors = switch (state.work) {
            case READ, WRITE, VERIFY, READ_DMA, WRITE_DMA ->
                state.left > 0 && state.sector <= disk.sectors() - state.left;
            case RANGES_DMA -> state.left > 0 && state.left <= TrimRanges.MOST_BLOCKS;
            case DISCARD ->
                state.left > 0
                        && inBuffer <= TrimRanges.MOST_BLOCKS * SECTOR
                        && state.sector + state.left
                                == TrimRanges.of(disk.buffer().bytes(inBuffer))
                                        .ranges()
                                        .size()
                        && TrimRanges.of(disk.buffer().bytes(inBuffer)).within(disk.sectors());
            case NONE, PAGE, FLUSH -> true;
        };
        if (state.work == Work.WRITE || state.work == Work.READ && phase == AtaDevice.Phase.DATA_IN) {
            sectors &= inBuffer > 0 && inBuffer % SECTOR == 0 && inBuffer / SECTOR <= state.left;
        }
        if (wrong != null || !sectors) {
            throw new IllegalArgumentException("disk transfer: %s".formatted(wrong));
        }
    }
}
