package org.margay.bochs.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Locale;
import org.margay.block.Backing;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.EntryTable;
import org.margay.image.blocks.Fields;
import org.margay.image.blocks.ReadOnlyImage;
import org.margay.memory.IoVector;

/**
 * A growing disk of Bochs: the "redolog" format, "Bochs Developers Guide", "About the harddisk image format": a catalog names extents,
 * each has a bitmap of the sectors that are in it.
 */
final class BochsImage extends ReadOnlyImage {
    static final String MAGIC = "Bochs Virtual HD Image";

    private static final int HEADER = 512;
    private static final int SECTOR = 512;
    private static final long VERSION_1 = 0x00010000;
    private static final long VERSION_2 = 0x00020000;
    private static final int LARGEST_EXTENT = 8 << 20;
    private static final int NONE = -1;

    private final EntryTable catalog;
    private final long dataOffset;
    private final int extentSize;

    /** Bytes of the sectors that hold an extent's bitmap. */
    private final long bitmapRoom;

    private BochsImage(
            BlockNode file, long length, EntryTable catalog, long dataOffset, int extentSize, long bitmapRoom) {
        super(file, length);
        this.catalog = catalog;
        this.dataOffset = dataOffset;
        this.extentSize = extentSize;
        this.bitmapRoom = bitmapRoom;
    }

    static BochsImage open(BlockNode file) throws IOException {
        Fields header = Fields.read(file, 0, HEADER, ByteOrder.LITTLE_ENDIAN);
        String type = header.text(32, 16);
        String subtype = header.text(48, 16);
        if (!header.is(0, MAGIC + "\0") || !type.equals("Redolog")) {
            throw new ImageException("Image not in Bochs format");
        }
        if (!subtype.equals("Growing")) {
            throw new UnsupportedImageException(
                    "unsupported Bochs image: '%s'".formatted(subtype.toLowerCase(Locale.ROOT)));
        }
        long version = header.u32(64);
        if (version != VERSION_1 && version != VERSION_2) {
            throw new UnsupportedImageException("unsupported Bochs image version %08x".formatted(version));
        }
        long headerSize = header.u32(68);
        long entries = header.u32(72);
        long bitmapSize = header.u32(76);
        long extentSize = header.u32(80);
        long disk = header.i64(version == VERSION_1 ? 84 : 88);
        if (extentSize < SECTOR || extentSize > LARGEST_EXTENT || Long.bitCount(extentSize) != 1) {
            throw new ImageException("Extent size %d is not supported".formatted(extentSize));
        }
        if (bitmapSize < Math.ceilDiv(extentSize / SECTOR, 8) || bitmapSize > LARGEST_EXTENT) {
            throw new ImageException("Bitmap size %d does not fit extents of %d".formatted(bitmapSize, extentSize));
        }
        if (disk < 0 || entries < disk / extentSize + (disk % extentSize == 0 ? 0 : 1)) {
            throw new ImageException("Catalog size is too small for this disk size");
        }
        EntryTable catalog = EntryTable.read(file, headerSize, entries, ByteOrder.LITTLE_ENDIAN);
        return new BochsImage(
                file,
                disk / SECTOR * SECTOR,
                catalog,
                headerSize + entries * Integer.BYTES,
                (int) extentSize,
                Math.ceilDiv(bitmapSize, SECTOR) * SECTOR);
    }

    @Override
    public String driver() {
        return "bochs";
    }

    /** Offset in the file of the bitmap of an extent, or -1. */
    private long place(long extent) throws ImageException {
        int entry = catalog.get(extent);
        if (entry == NONE) {
            return -1;
        }
        long place = dataOffset + Integer.toUnsignedLong(entry) * (bitmapRoom + extentSize);
        if (place >= file().length()) {
            throw new ImageException("extent %d is at %d, behind the end of the file".formatted(extent, place));
        }
        return place;
    }

    /** A stretch of sectors that are all there, or all not. */
    private Extent stretch(long offset, long most) throws IOException {
        long extent = offset / extentSize;
        int in = (int) (offset % extentSize);
        long part = Math.min(most, extentSize - in);
        long place = place(extent);
        if (place < 0) {
            return Extent.zero(part);
        }
        int first = in / SECTOR;
        int last = (int) ((in + part - 1) / SECTOR);
        Fields bits = Fields.read(file(), place + first / 8, last / 8 - first / 8 + 1, ByteOrder.LITTLE_ENDIAN);
        boolean there = bit(bits, first, first);
        int sector = first + 1;
        while (sector <= last && bit(bits, first, sector) == there) {
            sector++;
        }
        long length = Math.min(part, (long) sector * SECTOR - in);
        return there ? Extent.data(length, place + bitmapRoom + in) : Extent.zero(length);
    }

    private static boolean bit(Fields bits, int first, int sector) {
        return (bits.u8(sector / 8 - first / 8) >> sector % 8 & 1) != 0;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            Extent stretch = stretch(offset + done, target.size() - done);
            IoVector slice = target.slice(done, stretch.length());
            if (stretch.kind() == Extent.Kind.DATA) {
                Backing.read(file(), stretch.fileOffset(), slice);
            } else {
                slice.clear();
            }
            done += stretch.length();
        }
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        return stretch(offset, length);
    }
}
