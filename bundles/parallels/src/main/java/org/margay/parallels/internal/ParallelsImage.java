package org.margay.parallels.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.Places;
import org.margay.image.blocks.Update;

/** A Parallels image: a table names the place in the file of each cluster; 0: none. While it is written a mark says so. */
final class ParallelsImage extends BlockImage implements Checkable {
    private static final int MOST_FINDINGS = 100;

    private final ParallelsHeader header;
    private final EntryTable table;
    private final Places places;

    /** Clusters that the table puts where the file had nothing when it was opened: lost, even when the file grows. */
    private final BitSet lost = new BitSet();

    private volatile boolean unclean;

    private ParallelsImage(BlockNode file, ParallelsHeader header, EntryTable table, boolean readOnly) {
        super(file, header.sectors() * 512, header.clusterSize(), readOnly);
        this.header = header;
        this.table = table;
        this.unclean = header.inUse();
        long end = Math.ceilDiv(header.dataOffset(), header.unit()) * header.unit();
        for (long block = 0; block < table.size(); block++) {
            long place = place(block);
            if (place == 0) {
                continue;
            }
            if (place < header.dataOffset() || place >= file.length()) {
                lost.set((int) block);
            } else {
                end = Math.max(end, place + blockSize());
            }
        }
        this.places = new Places(file, end, header.unit() << 32);
    }

    static ParallelsImage open(BlockNode file, OpenOptions options) throws IOException {
        ParallelsHeader header = ParallelsHeader.read(file);
        if (!options.readOnly()) {
            if (header.extensionOffset() != 0) {
                throw new UnsupportedImageException(
                        "the image has extensions that writes would make untrue: open it read-only");
            }
            if (header.inUse() && !options.repair()) {
                throw new ImageException("Image was not closed correctly; cannot be opened read/write");
            }
        }
        EntryTable table = EntryTable.read(file, ParallelsHeader.SIZE, header.entries(), ByteOrder.LITTLE_ENDIAN);
        ParallelsImage image = new ParallelsImage(file, header, table, options.readOnly());
        if (!options.readOnly()) {
            image.mark(true);
        }
        return image;
    }

    private void mark(boolean inUse) throws IOException {
        Fields.empty(Integer.BYTES, ByteOrder.LITTLE_ENDIAN)
                .u32(0, inUse ? ParallelsHeader.IN_USE : 0)
                .write(file(), ParallelsHeader.IN_USE_AT);
        file().flush();
    }

    private long place(long block) {
        return Integer.toUnsignedLong(table.get(block)) * header.unit();
    }

    @Override
    public String driver() {
        return "parallels";
    }

    @Override
    protected long find(long block) throws IOException {
        long place = place(block);
        if (place == 0) {
            return UNALLOCATED;
        }
        if (lost.get((int) block)) {
            throw new ImageException("cluster %d is outside image: the image needs a check".formatted(block));
        }
        return place;
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
        table.set(block, (int) (place / header.unit()));
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        table.takeChanges(updates);
    }

    @Override
    public Result check(Repair repair) throws IOException {
        boolean mend = !readOnly();
        List<String> findings = new ArrayList<>();
        long corruptions = 0;
        long fixed = 0;
        if (unclean) {
            findings.add("ERROR image was not closed correctly");
            if (mend && repair == Repair.ALL) {
                // Writable images bear the mark until they are closed.
                unclean = false;
                fixed++;
            } else {
                corruptions++;
            }
        }
        long allocated = 0;
        long fragmented = 0;
        long before = 0;
        Set<Long> used = new HashSet<>();
        for (long block = 0; block < table.size(); block++) {
            long place = place(block);
            if (place == 0) {
                continue;
            }
            if (lost.get((int) block)) {
                note(findings, "ERROR cluster %d is outside image".formatted(block));
                if (mend && repair == Repair.ALL) {
                    table.set(block, 0);
                    lost.clear((int) block);
                    fixed++;
                } else {
                    corruptions++;
                }
                continue;
            }
            if (!used.add(place)) {
                note(findings, "ERROR cluster %d shares its place with another".formatted(block));
                corruptions++;
            }
            allocated++;
            fragmented += before != 0 && place != before + blockSize() ? 1 : 0;
            before = place;
        }
        long end = places.end();
        long leaks = Math.ceilDiv(Math.max(0, file().length() - end), blockSize());
        long freed = 0;
        if (leaks > 0) {
            note(findings, "ERROR space leaked at the end of the image %d".formatted(file().length() - end));
            if (mend && repair != Repair.NOTHING) {
                file().resize(end);
                freed = leaks;
                leaks = 0;
            }
        }
        flush();
        return new Result(corruptions, leaks, fixed, freed, findings, header.entries(), allocated, fragmented, 0, end);
    }

    private static void note(List<String> findings, String text) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(text);
        }
    }

    @Override
    public ImageDetails details() {
        return new ImageDetails(blockSize(), unclean, false, List.of(), Map.of());
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        if (readOnly == readOnly()) {
            return;
        }
        if (readOnly) {
            flush();
            mark(false);
        }
        super.reopen(readOnly);
        if (!readOnly) {
            mark(true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!readOnly()) {
                flush();
                if (file().growable() && file().length() > places.end()) {
                    // What could not be filled is no part of the image.
                    file().resize(places.end());
                }
                // Lost clusters stay a reason for a check.
                if (lost.isEmpty()) {
                    mark(false);
                }
            }
        } finally {
            super.close();
        }
    }
}
