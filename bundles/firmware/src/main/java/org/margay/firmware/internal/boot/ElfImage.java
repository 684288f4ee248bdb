package org.margay.firmware.internal.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What there is to load of an ELF executable for 32-bit or 64-bit x86 ("Tool Interface Standard ELF specification", part 1).
 *
 * @param entry address of the first instruction
 */
record ElfImage(long entry, List<Segment> segments) {
    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int MACHINE_386 = 3;
    private static final int MACHINE_X86_64 = 62;
    private static final int LOADABLE = 1;
    private static final int MAX_SEGMENTS = 256;

    /** Part of the file and where it goes; memory beyond the file's bytes is zero. */
    record Segment(long address, long fileOffset, long fileSize, long memorySize) {}

    /** Reads the headers; empty when the file is no ELF. */
    static Optional<ElfImage> read(ImageFile file) throws ImageException {
        ByteBuffer header = ByteBuffer.wrap(file.read(0, 64)).order(ByteOrder.LITTLE_ENDIAN);
        if (header.remaining() < 4 || header.getInt(0) != 0x464C457F) {
            return Optional.empty();
        }
        if (header.remaining() < 52) {
            throw new ImageException("the ELF header is truncated");
        }
        int fileClass = header.get(4);
        int machine = header.getShort(18);
        if (fileClass == CLASS_32 && machine == MACHINE_386) {
            long entry = header.getInt(24) & 0xFFFF_FFFFL;
            return Optional.of(new ElfImage(
                    entry,
                    segments(file, header.getInt(28) & 0xFFFF_FFFFL, header.getShort(42), header.getShort(44), false)));
        }
        if (fileClass == CLASS_64 && machine == MACHINE_X86_64 && header.remaining() == 64) {
            return Optional.of(new ElfImage(
                    header.getLong(24),
                    segments(file, header.getLong(32), header.getShort(54), header.getShort(56), true)));
        }
        throw new ImageException("the ELF file is not for x86");
    }

    private static List<Segment> segments(ImageFile file, long offset, int entrySize, int count, boolean wide)
            throws ImageException {
        int needed = wide ? 56 : 32;
        if (entrySize < needed || count < 1 || count > MAX_SEGMENTS || offset < 0 || offset > file.size()) {
            throw new ImageException("the ELF program headers are damaged");
        }
        byte[] table = file.read(offset, entrySize * count);
        if (table.length < entrySize * count) {
            throw new ImageException("the ELF file is truncated");
        }
        ByteBuffer headers = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        List<Segment> segments = new ArrayList<>();
        for (int at = 0; at < table.length; at += entrySize) {
            if (headers.getInt(at) != LOADABLE) {
                continue;
            }
            Segment segment = wide
                    ? new Segment(
                            headers.getLong(at + 24),
                            headers.getLong(at + 8),
                            headers.getLong(at + 32),
                            headers.getLong(at + 40))
                    : new Segment(
                            headers.getInt(at + 12) & 0xFFFF_FFFFL,
                            headers.getInt(at + 4) & 0xFFFF_FFFFL,
                            headers.getInt(at + 16) & 0xFFFF_FFFFL,
                            headers.getInt(at + 20) & 0xFFFF_FFFFL);
            if (segment.fileOffset() < 0
                    || segment.fileSize() < 0
                    || segment.fileOffset() > file.size() - segment.fileSize()
                    || segment.memorySize() < segment.fileSize()) {
                throw new ImageException("the ELF file is truncated");
            }
            if (segment.memorySize() > 0) {
                segments.add(segment);
            }
        }
        return segments;
    }
}
