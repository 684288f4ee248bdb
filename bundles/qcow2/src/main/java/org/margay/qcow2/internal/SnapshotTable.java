package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** The description's "Snapshots": how the table is read and written. */
final class SnapshotTable {
    /** More than anybody has made by will; QEMU reads no more either. */
    static final int MAX_SNAPSHOTS = 65536;

    private static final int FIXED_BYTES = 40;
    private static final int MAX_EXTRA = 1024;
    private static final long MAX_BYTES = 64L << 20;

    /** The extra data that we write: size of the machine's state, size of the disk. */
    private static final int EXTRA_BYTES = 16;

    /**
     * A table as read.
     *
     * @param bytes that it takes in the file
     */
    record Read(List<Snapshot> snapshots, long bytes) {}

    private SnapshotTable() {}

    static Read read(BlockNode file, Header header) throws IOException {
        long count = Integer.toUnsignedLong(header.u32(Header.SNAPSHOTS));
        long offset = header.u64(Header.SNAPSHOTS + 4);
        if (count == 0) {
            return new Read(List.of(), 0);
        }
        if (count > MAX_SNAPSHOTS) {
            throw new ImageException("Too many snapshots");
        }
        if (offset <= 0 || (offset & header.geometry().clusterMask()) != 0 || offset >= file.length()) {
            throw new ImageException("Invalid snapshot table offset");
        }
        List<Snapshot> found = new ArrayList<>();
        long at = offset;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment fixed = arena.allocate(FIXED_BYTES);
            for (long i = 0; i < count; i++) {
                checkRoom(file, offset, at + FIXED_BYTES);
                BigEndian.readBytes(file, at, fixed);
                int idSize = Short.toUnsignedInt(fixed.get(BigEndian.SHORT, 12));
                int nameSize = Short.toUnsignedInt(fixed.get(BigEndian.SHORT, 14));
                long extraSize = Integer.toUnsignedLong(fixed.get(BigEndian.INT, 36));
                if (extraSize > MAX_EXTRA) {
                    throw new ImageException("Too much extra metadata in snapshot table entry %d".formatted(i));
                }
                long rest = extraSize + idSize + nameSize;
                checkRoom(file, offset, at + FIXED_BYTES + rest);
                byte[] bytes = new byte[(int) rest];
                if (rest > 0) {
                    MemorySegment memory = arena.allocate(rest);
                    BigEndian.readBytes(file, at + FIXED_BYTES, memory);
                    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
                }
                found.add(entry(fixed, bytes, (int) extraSize, idSize, header.u64(Header.SIZE)));
                at += FIXED_BYTES + rest + 7 & ~7L;
            }
        }
        return new Read(List.copyOf(found), at - offset);
    }

    private static void checkRoom(BlockNode file, long offset, long end) throws ImageException {
        if (end > file.length() || end - offset > MAX_BYTES) {
            throw new ImageException("Snapshot table is too large");
        }
    }

    private static Snapshot entry(MemorySegment fixed, byte[] rest, int extraSize, int idSize, long size) {
        MemorySegment extra = MemorySegment.ofArray(rest);
        long vmState = Integer.toUnsignedLong(fixed.get(BigEndian.INT, 32));
        if (extraSize >= 8) {
            vmState = extra.get(BigEndian.LONG, 0);
        }
        byte[] unknown = new byte[Math.max(0, extraSize - EXTRA_BYTES)];
        System.arraycopy(rest, Math.min(EXTRA_BYTES, extraSize), unknown, 0, unknown.length);
        return new Snapshot(
                fixed.get(BigEndian.LONG, 0),
                fixed.get(BigEndian.INT, 8),
                new String(rest, extraSize, idSize, StandardCharsets.UTF_8),
                new String(rest, extraSize + idSize, rest.length - extraSize - idSize, StandardCharsets.UTF_8),
                fixed.get(BigEndian.INT, 16),
                fixed.get(BigEndian.INT, 20),
                fixed.get(BigEndian.LONG, 24),
                Math.max(0, vmState),
                extraSize >= EXTRA_BYTES ? extra.get(BigEndian.LONG, 8) : size,
                unknown);
    }

    /** The table as it is written. */
    static byte[] encode(List<Snapshot> snapshots) throws ImageException {
        long size = 0;
        for (Snapshot snapshot : snapshots) {
            size += entryBytes(snapshot);
        }
        if (size > MAX_BYTES || snapshots.size() > MAX_SNAPSHOTS) {
            throw new ImageException("Too many snapshots");
        }
        byte[] table = new byte[(int) size];
        MemorySegment memory = MemorySegment.ofArray(table);
        int at = 0;
        for (Snapshot snapshot : snapshots) {
            write(snapshot, memory.asSlice(at));
            at += entryBytes(snapshot);
        }
        return table;
    }

    private static int entryBytes(Snapshot snapshot) {
        return FIXED_BYTES
                        + EXTRA_BYTES
                        + snapshot.extra().length
                        + snapshot.id().getBytes(StandardCharsets.UTF_8).length
                        + snapshot.name().getBytes(StandardCharsets.UTF_8).length
                        + 7
                & ~7;
    }

    private static void write(Snapshot snapshot, MemorySegment entry) {
        byte[] id = snapshot.id().getBytes(StandardCharsets.UTF_8);
        byte[] name = snapshot.name().getBytes(StandardCharsets.UTF_8);
        entry.set(BigEndian.LONG, 0, snapshot.l1Offset());
        entry.set(BigEndian.INT, 8, snapshot.l1Size());
        entry.set(BigEndian.SHORT, 12, (short) id.length);
        entry.set(BigEndian.SHORT, 14, (short) name.length);
        entry.set(BigEndian.INT, 16, snapshot.seconds());
        entry.set(BigEndian.INT, 20, snapshot.nanos());
        entry.set(BigEndian.LONG, 24, snapshot.vmClockNanos());
        entry.set(BigEndian.INT, 32, (int) Math.min(snapshot.vmStateBytes(), 0xFFFF_FFFFL));
        entry.set(BigEndian.INT, 36, EXTRA_BYTES + snapshot.extra().length);
        entry.set(BigEndian.LONG, FIXED_BYTES, snapshot.vmStateBytes());
        entry.set(BigEndian.LONG, FIXED_BYTES + 8, snapshot.diskSize());
        int at = FIXED_BYTES + EXTRA_BYTES;
        for (byte[] part : List.of(snapshot.extra(), id, name)) {
            MemorySegment.copy(part, 0, entry, ValueLayout.JAVA_BYTE, at, part.length);
            at += part.length;
        }
    }
}
