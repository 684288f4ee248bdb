package org.margay.dmg.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;

/**
 * Reads what a UDIF image says of its chunks: the "koly" block at the end of the file names a property list, which holds block tables
 * ("mish"), one for each partition; big-endian, in sectors of 512 bytes.
 */
final class DmgReader {
    private static final int TRAILER = 512;
    private static final int TABLE_HEADER = 204;
    private static final int ENTRY = 40;
    private static final int SECTOR = 512;
    private static final int LONGEST_LIST = 32 << 20;

    /** What one chunk may unpack to, and be packed in. */
    private static final long LARGEST_CHUNK = 64 << 20;

    private final BlockNode file;
    private final Fields trailer;
    private final NavigableMap<Long, Chunk> chunks = new TreeMap<>();

    private DmgReader(BlockNode file, Fields trailer) {
        this.file = file;
        this.trailer = trailer;
    }

    /** By where they begin. */
    static NavigableMap<Long, Chunk> read(BlockNode file) throws IOException {
        Fields trailer = Fields.read(file, file.length() - TRAILER, TRAILER, ByteOrder.BIG_ENDIAN);
        if (!trailer.is(0, "koly")) {
            throw new ImageException("Image not in UDIF format");
        }
        DmgReader reader = new DmgReader(file, trailer);
        for (byte[] table : reader.tables()) {
            reader.table(Fields.empty(table.length, ByteOrder.BIG_ENDIAN).raw(0, table));
        }
        return reader.chunks;
    }

    private List<byte[]> tables() throws IOException {
        long offset = trailer.i64(216);
        long length = trailer.i64(224);
        if (length == 0) {
            throw new UnsupportedImageException("the image has no property list (only a resource fork)");
        }
        if (length < 0 || length > LONGEST_LIST) {
            throw new ImageException("a property list of %d bytes".formatted(length));
        }
        byte[] xml = Fields.read(file, offset, (int) length, ByteOrder.BIG_ENDIAN)
                .bytes()
                .toArray(ValueLayout.JAVA_BYTE);
        List<byte[]> found = PropertyList.blockTables(xml);
        if (found.isEmpty()) {
            throw new ImageException("the property list has no block tables");
        }
        return new ArrayList<>(found);
    }

    private void table(Fields table) throws ImageException {
        MemorySegment bytes = table.bytes();
        if (bytes.byteSize() < TABLE_HEADER || !table.is(0, "mish")) {
            throw new ImageException("a block table is damaged");
        }
        long firstSector = table.i64(8);
        long dataOffset = Math.addExact(within(trailer.i64(24)), within(table.i64(24)));
        long count = table.u32(200);
        if (count > (bytes.byteSize() - TABLE_HEADER) / ENTRY) {
            throw new ImageException("a block table is too short for its %d entries".formatted(count));
        }
        for (long i = 0; i < count; i++) {
            entry(table, TABLE_HEADER + i * ENTRY, firstSector, dataOffset);
        }
    }

    /** Offsets that can be added without harm. */
    private static long within(long value) throws ImageException {
        if (value < 0 || value > 1L << 60) {
            throw new ImageException("an offset of %x".formatted(value));
        }
        return value;
    }

    private void entry(Fields table, long at, long firstSector, long dataOffset) throws ImageException {
        int type = table.i32(at);
        Chunk.Kind kind;
        switch (type) {
            case 0, 2 -> kind = Chunk.Kind.ZERO;
            case 1 -> kind = Chunk.Kind.RAW;
            case 0x80000005 -> kind = Chunk.Kind.ZLIB;
            case 0x80000006 -> kind = Chunk.Kind.BZIP2;
            case 0x80000004 -> throw unsupported("ADC");
            case 0x80000007 -> throw unsupported("LZFSE");
            case 0x80000008 -> throw unsupported("LZMA");
            default -> {
                // Comments and the end of the table.
                return;
            }
        }
        long sector = Math.addExact(within(firstSector), within(table.i64(at + 8)));
        long sectors = table.i64(at + 16);
        if (sectors == 0) {
            return;
        }
        if (sectors < 0 || sector > Long.MAX_VALUE / SECTOR / 4 || sectors > Long.MAX_VALUE / SECTOR / 4) {
            throw new ImageException("a chunk of %d sectors at %d".formatted(sectors, sector));
        }
        Chunk chunk = new Chunk(
                kind,
                sector * SECTOR,
                sectors * SECTOR,
                Math.addExact(dataOffset, within(table.i64(at + 24))),
                within(table.i64(at + 32)));
        boolean packed = kind == Chunk.Kind.ZLIB || kind == Chunk.Kind.BZIP2;
        if (packed && (chunk.length() > LARGEST_CHUNK || chunk.size() > LARGEST_CHUNK)) {
            throw new ImageException(
                    "a chunk of %d bytes, packed in %d, is too large".formatted(chunk.length(), chunk.size()));
        }
        if (kind == Chunk.Kind.RAW && chunk.size() < chunk.length()) {
            throw new ImageException("a raw chunk of %d bytes in %d".formatted(chunk.length(), chunk.size()));
        }
        add(chunk);
    }

    private static UnsupportedImageException unsupported(String code) {
        return new UnsupportedImageException("chunks compressed by %s are not supported".formatted(code));
    }

    private void add(Chunk chunk) throws ImageException {
        var before = chunks.floorEntry(chunk.start());
        var after = chunks.ceilingEntry(chunk.start());
        if ((before != null && before.getValue().end() > chunk.start())
                || (after != null && chunk.end() > after.getValue().start())) {
            throw new ImageException("two chunks claim the same sectors, at %d".formatted(chunk.start()));
        }
        chunks.put(chunk.start(), chunk);
    }
}
