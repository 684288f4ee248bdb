package org.margay.vmdk.internal;

import java.io.IOException;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.Places;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/** A sparse extent: grains that grain tables name; 0: none; 1, where the header allows it: zeros. */
class SparseExtent extends BlockImage {
    private static final int ZEROED = 1;

    private final SparseHeader header;
    private final GrainTables tables;
    private final Places places;
    private final long start;
    private final Below below;

    /**
     * @param length of the extent, at most the header's capacity
     * @param start where it begins in the disk
     */
    SparseExtent(BlockNode file, SparseHeader header, long length, long start, Below below, boolean readOnly)
            throws IOException {
        super(file, length, header.grainSize(), readOnly);
        this.header = header;
        this.tables = new GrainTables(file, header);
        this.start = start;
        this.below = below;
        long unit = header.compressed() ? SparseHeader.SECTOR : header.grainSize();
        this.places = new Places(file, Math.ceilDiv(file.length(), unit) * unit, (1L << 32) * SparseHeader.SECTOR);
    }

    final SparseHeader header() {
        return header;
    }

    final Places places() {
        return places;
    }

    @Override
    public String driver() {
        return "vmdk";
    }

    /** The entry of a grain as it is. */
    final int entry(long grain) throws IOException {
        return tables.get(grain);
    }

    @Override
    protected long find(long grain) throws IOException {
        int entry = tables.get(grain);
        if (entry == 0) {
            return UNALLOCATED;
        }
        if (entry == ZEROED && header.zeroedGrains()) {
            return ZERO;
        }
        long place = Integer.toUnsignedLong(entry) * SparseHeader.SECTOR;
        if (place < Math.max(header.overhead(), SparseHeader.SECTOR)
                || place >= Math.max(places.end(), file().length())) {
            throw new ImageException("damaged: grain %d is at %d, outside of the data".formatted(grain, place));
        }
        return place;
    }

    @Override
    protected long reserve(long grain) throws IOException {
        return places.reserve(blockSize());
    }

    @Override
    protected void giveBack(long grain, long place) {
        places.giveBack(place, blockSize());
    }

    @Override
    protected boolean fresh(long place) {
        return places.fresh(place);
    }

    @Override
    protected void assign(long grain, long place) throws IOException {
        tables.set(grain, (int) (place / SparseHeader.SECTOR), places);
    }

    @Override
    protected boolean canAssignZero() {
        return header.zeroedGrains();
    }

    @Override
    protected void assignZero(long grain) throws IOException {
        tables.set(grain, ZEROED, places);
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        tables.takeChanges(updates);
    }

    @Override
    protected void readBelow(long offset, IoVector target) throws IOException {
        below.read(start + offset, target);
    }

    @Override
    protected boolean anythingBelow(long offset) {
        return below.any(start + offset);
    }

    /**
     * Looks at all grains.
     *
     * @param findings gets a line for each grain that is not in the file
     * @return how many there are in the file
     */
    final long check(List<String> findings) throws IOException {
        long sound = 0;
        for (long grain = 0; grain < blocks(); grain++) {
            try {
                sound += find(grain) >= 0 ? 1 : 0;
            } catch (ImageException e) {
                findings.add("ERROR: " + e.getMessage());
                if (findings.size() >= 100) {
                    break;
                }
            }
        }
        return sound;
    }

    @Override
    public ImageDetails details() {
        return ImageDetails.NONE;
    }
}
