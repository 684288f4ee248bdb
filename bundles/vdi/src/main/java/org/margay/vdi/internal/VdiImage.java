package org.margay.vdi.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.Places;
import org.margay.image.blocks.Update;

/** A VDI image: a table names the block of the file, counted from the first, that each block of the disk is in. */
final class VdiImage extends BlockImage implements Checkable {
    private static final int NONE = -1;
    private static final int DISCARDED = -2;

    /** Findings that are told one by one; a damaged table has millions. */
    private static final int MOST_FINDINGS = 100;

    private final VdiHeader header;
    private final EntryTable table;
    private final Places places;

    /** Offset behind the last place where a block may be. */
    private final long fileEnd;

    private long savedCount;

    private VdiImage(BlockNode file, VdiHeader header, EntryTable table, boolean readOnly) throws IOException {
        super(file, header.diskSize(), header.blockSize(), readOnly);
        this.header = header;
        this.table = table;
        this.fileEnd = file.length();
        this.savedCount = header.allocated();
        this.places = new Places(
                file,
                header.dataOffset() + highest(!readOnly) * header.blockSize(),
                header.dataOffset() + header.blocks() * header.blockSize());
    }

    static VdiImage open(BlockNode file, boolean readOnly) throws IOException {
        VdiHeader header = VdiHeader.read(file);
        EntryTable table = EntryTable.read(file, header.tableOffset(), header.blocks(), ByteOrder.LITTLE_ENDIAN);
        return new VdiImage(file, header, table, readOnly);
    }

    /** How many blocks the file has up to the last one in use. */
    private long highest(boolean strict) throws ImageException {
        long highest = 0;
        for (long block = 0; block < table.size(); block++) {
            int entry = table.get(block);
            if (allocated(entry)) {
                long index = Integer.toUnsignedLong(entry);
                if (within(index)) {
                    highest = Math.max(highest, index + 1);
                }
                if (strict && !within(index)) {
                    throw new ImageException(
                            "damaged VDI image (block %d is behind the end of the file): open it read-only"
                                    .formatted(block));
                }
            }
        }
        return highest;
    }

    private static boolean allocated(int entry) {
        return entry != NONE && entry != DISCARDED;
    }

    private boolean within(long index) {
        return index < header.blocks() && header.dataOffset() + index * blockSize() < fileEnd;
    }

    @Override
    public String driver() {
        return "vdi";
    }

    @Override
    protected long find(long block) throws IOException {
        int entry = table.get(block);
        return switch (entry) {
            case NONE -> UNALLOCATED;
            case DISCARDED -> ZERO;
            default -> {
                long index = Integer.toUnsignedLong(entry);
                if (index >= header.blocks()) {
                    throw new ImageException("damaged VDI image (block %d is said to be number %d of %d)"
                            .formatted(block, index, header.blocks()));
                }
                yield header.dataOffset() + index * blockSize();
            }
        };
    }

    @Override
    protected long reserve(long block) throws IOException {
        return places.reserve(blockSize());
    }

    @Override
    protected void giveBack(long block, long place) {
        places.giveBack(place, blockSize());
    }

    @Override
    protected boolean fresh(long place) {
        return places.fresh(place);
    }

    @Override
    protected void assign(long block, long place) {
        table.set(block, (int) ((place - header.dataOffset()) / blockSize()));
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        long count = count();
        if (count != savedCount) {
            savedCount = count;
            MemorySegment bytes = Fields.empty(Integer.BYTES, ByteOrder.LITTLE_ENDIAN)
                    .u32(0, count)
                    .bytes();
            updates.add(new Update(VdiHeader.ALLOCATED_AT, bytes));
        }
        table.takeChanges(updates);
    }

    /** Others put their next block behind as many, so holes count. */
    private long count() {
        return (places.end() - header.dataOffset()) / blockSize();
    }

    @Override
    public Result check(Repair repair) throws IOException {
        List<String> findings = new ArrayList<>();
        BitSet used = new BitSet();
        long corruptions = 0;
        long allocated = 0;
        for (long block = 0; block < blocks(); block++) {
            int entry = table.get(block);
            if (!allocated(entry)) {
                continue;
            }
            long index = Integer.toUnsignedLong(entry);
            if (header.dataOffset() + index * blockSize() >= Math.max(fileEnd, places.end())) {
                corruptions += finding(findings, "block %d is behind the end of the file".formatted(block));
            } else if (used.get((int) index)) {
                corruptions += finding(findings, "block %d shares its place with another".formatted(block));
            } else {
                used.set((int) index);
                allocated++;
            }
        }
        long fixed = 0;
        if (savedCount != allocated && corruptions == 0 && readOnly()) {
            corruptions +=
                    finding(findings, "%d blocks are in use, the header says %d".formatted(allocated, savedCount));
        } else if (savedCount != allocated && repair != Repair.NOTHING && corruptions == 0) {
            flush();
            fixed++;
        }
        return new Result(corruptions, 0, fixed, 0, findings, blocks(), allocated, 0, 0, places.end());
    }

    private static int finding(List<String> findings, String text) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add("ERROR: " + text);
        }
        return 1;
    }

    @Override
    public ImageDetails details() {
        return new ImageDetails(blockSize(), false, false, List.of(), Map.of());
    }
}
