package org.margay.cow.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageDetails;
import org.margay.block.Ranges;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/** A COW image: each sector has its place, and a bit that says whether it is there. */
final class CowImage extends BlockImage {
    private volatile CowHeader header;

    /** 32 sectors in an entry, the lowest bit first. */
    private final EntryTable bitmap;

    private CowImage(BlockNode file, CowHeader header, EntryTable bitmap, boolean readOnly) {
        super(file, header.size(), CowHeader.SECTOR, readOnly);
        this.header = header;
        this.bitmap = bitmap;
    }

    static CowImage open(BlockNode file, boolean readOnly) throws IOException {
        CowHeader header = CowHeader.read(file);
        EntryTable bitmap = EntryTable.read(
                file,
                header.headerSize(),
                Math.ceilDiv(header.bitmapSize(), Integer.BYTES),
                header.bitmapSize(),
                ByteOrder.LITTLE_ENDIAN);
        return new CowImage(file, header, bitmap, readOnly);
    }

    @Override
    public String driver() {
        return "cow";
    }

    @Override
    protected long find(long sector) {
        return (bitmap.get(sector / Integer.SIZE) >>> sector % Integer.SIZE & 1) != 0 ? place(sector) : UNALLOCATED;
    }

    private long place(long sector) {
        return header.dataOffset() + sector * CowHeader.SECTOR;
    }

    @Override
    protected long reserve(long sector) {
        return place(sector);
    }

    @Override
    protected void giveBack(long sector, long place) {}

    @Override
    protected boolean fresh(long place) {
        return false;
    }

    @Override
    protected void assign(long sector, long place) {
        bitmap.setBits(sector / Integer.SIZE, 1 << sector % Integer.SIZE);
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        bitmap.takeChanges(updates);
    }

    /** Whole sectors need nothing from below: they go to the file at once, however many there are. */
    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        long first = Math.ceilDiv(offset, CowHeader.SECTOR);
        long last = (offset + source.size()) / CowHeader.SECTOR;
        if (last <= first) {
            super.write(offset, source);
            return;
        }
        long head = first * CowHeader.SECTOR - offset;
        long whole = (last - first) * CowHeader.SECTOR;
        super.write(offset, source.slice(0, head));
        allocating(first, () -> {
            file().write(place(first), source.slice(head, whole));
            for (long sector = first; sector < last; sector++) {
                assign(sector, 0);
            }
        });
        super.write(last * CowHeader.SECTOR, source.slice(head + whole, source.size() - head - whole));
    }

    @Override
    public Optional<BackingLink> backingLink() {
        return header.backing().isEmpty() ? Optional.empty() : Optional.of(new BackingLink(header.backing(), null));
    }

    @Override
    public void setBacking(@Nullable BlockNode node) {
        putBacking(node);
    }

    @Override
    public void changeBackingLink(@Nullable BackingLink link) throws IOException {
        CowHeader changed = CowHeader.create(link == null ? "" : link.filename(), header.size());
        header = new CowHeader(changed.backing(), header.size(), header.headerSize());
        flush();
        Fields.empty(CowHeader.BACKING_SIZE, ByteOrder.BIG_ENDIAN)
                .text(0, header.backing())
                .write(file(), CowHeader.BACKING_AT);
        file().flush();
    }

    @Override
    public ImageDetails details() {
        return ImageDetails.NONE;
    }
}
