package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/**
 * The header of an image, in memory as in the file: the description's "Header". Fields are read by any thread that has seen the
 * image opened; they are changed under the metadata lock.
 */
final class Header {
    static final int MAGIC = 0x5146_49fb;

    /** Bytes of the header of version 2, of the shortest of version 3, and of those that we write. */
    static final int V2_BYTES = 72;

    static final int V3_BYTES = 104;
    static final int FULL_BYTES = 112;

    static final int EXTENSION_BACKING_FORMAT = 0xE279_2ACA;
    static final int EXTENSION_FEATURE_NAMES = 0x6803_f857;
    static final int EXTENSION_BITMAPS = 0x2385_2875;

    // Offsets of fields that change.
    static final int BACKING = 8;
    static final int SIZE = 24;
    static final int L1 = 36;
    static final int REFCOUNT_TABLE = 48;
    static final int SNAPSHOTS = 60;
    static final int INCOMPATIBLE = 72;
    static final int AUTOCLEAR = 88;

    private static final int MIN_CLUSTER_BITS = 9;
    private static final int MAX_CLUSTER_BITS = 21;
    private static final int MAX_BACKING_NAME = 1023;
    private static final int V2_REFCOUNT_ORDER = 4;
    private static final int MAX_REFCOUNT_ORDER = 6;

    /**
     * A header extension.
     *
     * @param type as the description numbers them
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Extension(int type, byte[] data) {}

    private final MemorySegment bytes;
    private final Geometry geometry;
    private List<Extension> extensions = List.of();
    private @Nullable String backingFile;

    private Header(MemorySegment bytes, Geometry geometry) {
        this.bytes = bytes;
        this.geometry = geometry;
    }

    /** Of an image that is being made: all else is zero. */
    static Header create(Geometry geometry) {
        MemorySegment bytes = Arena.ofAuto().allocate(geometry.version() == 2 ? V2_BYTES : FULL_BYTES);
        Header header = new Header(bytes, geometry);
        header.u32(0, MAGIC);
        header.u32(4, geometry.version());
        header.u32(20, geometry.clusterBits());
        if (geometry.version() >= 3) {
            header.u32(96, geometry.refcountOrder());
            header.u32(100, FULL_BYTES);
        }
        return header;
    }

    /**
     * Reads and checks all that can be checked without further reading.
     *
     * @throws ImageException when it is not a header
     * @throws UnsupportedImageException when the image needs what we have not
     */
    static Header read(BlockNode file) throws IOException {
        if (file.length() < V2_BYTES) {
            throw new ImageException("Image is not in qcow2 format");
        }
        try (Arena arena = Arena.ofShared()) {
            MemorySegment head = arena.allocate(V3_BYTES);
            BigEndian.readBytes(file, 0, head);
            if (head.get(BigEndian.INT, 0) != MAGIC) {
                throw new ImageException("Image is not in qcow2 format");
            }
            int version = head.get(BigEndian.INT, 4);
            if (version != 2 && version != 3) {
                throw new UnsupportedImageException(
                        "Unsupported qcow2 version %s".formatted(Integer.toUnsignedString(version)));
            }
            int clusterBits = head.get(BigEndian.INT, 20);
            if (clusterBits < MIN_CLUSTER_BITS || clusterBits > MAX_CLUSTER_BITS) {
                throw new UnsupportedImageException(
                        "Unsupported cluster size: 2^%s".formatted(Integer.toUnsignedString(clusterBits)));
            }
            int refcountOrder = version == 2 ? V2_REFCOUNT_ORDER : head.get(BigEndian.INT, 96);
            if (refcountOrder < 0 || refcountOrder > MAX_REFCOUNT_ORDER) {
                throw new ImageException("Reference count entry width too large; may not exceed 64 bits");
            }
            long length = version == 2 ? V2_BYTES : Integer.toUnsignedLong(head.get(BigEndian.INT, 100));
            if (version == 3 && (length < V3_BYTES || length > 1L << clusterBits)) {
                throw new ImageException(
                        "qcow2 header of %d bytes: it is shorter or longer than it can be".formatted(length));
            }
            MemorySegment bytes = Arena.ofAuto().allocate(length);
            BigEndian.readBytes(file, 0, bytes);
            Header header = new Header(bytes, new Geometry(version, clusterBits, refcountOrder));
            header.readRest(file);
            return header;
        }
    }

    /** What follows the fields within the first cluster: extensions, the name of the backing file. */
    private void readRest(BlockNode file) throws IOException {
        long clusterSize = geometry.clusterSize();
        long nameOffset = u64(BACKING);
        long nameSize = Integer.toUnsignedLong(u32(BACKING + 8));
        if (nameOffset != 0) {
            if (nameOffset < 0 || nameOffset > clusterSize) {
                throw new ImageException("Invalid backing file offset");
            }
            if (nameSize > Math.min(MAX_BACKING_NAME, clusterSize - nameOffset)) {
                throw new ImageException("Backing file name too long");
            }
        }
        try (Arena arena = Arena.ofShared()) {
            MemorySegment cluster = arena.allocate(clusterSize);
            BigEndian.readBytes(file, 0, cluster);
            extensions = readExtensions(cluster.asSlice(0, nameOffset == 0 ? clusterSize : nameOffset));
            if (nameOffset != 0 && nameSize != 0) {
                backingFile = new String(
                        cluster.asSlice(nameOffset, nameSize).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            }
        }
        checkFeatures();
    }

    /** @param area from the beginning of the file to where extensions must end */
    private List<Extension> readExtensions(MemorySegment area) throws ImageException {
        List<Extension> found = new ArrayList<>();
        long at = bytes.byteSize();
        while (at <= area.byteSize() - 8) {
            int type = area.get(BigEndian.INT, at);
            long size = Integer.toUnsignedLong(area.get(BigEndian.INT, at + 4));
            if (type == 0) {
                break;
            }
            if (size > area.byteSize() - at - 8) {
                throw new ImageException("Header extension too large");
            }
            found.add(new Extension(type, area.asSlice(at + 8, size).toArray(ValueLayout.JAVA_BYTE)));
            at += 8 + (size + 7 & ~7L);
        }
        return List.copyOf(found);
    }

    private void checkFeatures() throws ImageException {
        long unknown = incompatible() & ~Features.SUPPORTED;
        if (unknown != 0) {
            throw new UnsupportedImageException("Unsupported qcow2 feature(s): "
                    + Features.describe(
                            unknown, extension(EXTENSION_FEATURE_NAMES).orElse(new byte[0])));
        }
        int type = compressionType();
        if (type > 1) {
            throw new UnsupportedImageException("Unsupported compression type %d".formatted(type));
        }
        if ((type != 0) != ((incompatible() & Features.COMPRESSION_TYPE) != 0)) {
            throw new ImageException("Compression type and its feature bit contradict each other");
        }
        switch (cryptMethod()) {
            case 0, 1 -> {}
            case 2 -> throw new UnsupportedImageException("LUKS encryption is not supported");
            default ->
                throw new UnsupportedImageException(
                        "Unsupported encryption method %s".formatted(Integer.toUnsignedString(cryptMethod())));
        }
    }

    Geometry geometry() {
        return geometry;
    }

    int u32(int at) {
        return bytes.get(BigEndian.INT, at);
    }

    void u32(int at, int value) {
        bytes.set(BigEndian.INT, at, value);
    }

    long u64(int at) {
        return bytes.get(BigEndian.LONG, at);
    }

    void u64(int at, long value) {
        bytes.set(BigEndian.LONG, at, value);
    }

    private long feature(int at) {
        return geometry.version() >= 3 ? u64(at) : 0;
    }

    long incompatible() {
        return feature(INCOMPATIBLE);
    }

    long compatible() {
        return feature(80);
    }

    long autoclear() {
        return feature(AUTOCLEAR);
    }

    void features(long incompatible, long compatible, long autoclear) {
        u64(INCOMPATIBLE, incompatible);
        u64(80, compatible);
        u64(AUTOCLEAR, autoclear);
    }

    boolean lazyRefcounts() {
        return (compatible() & Features.LAZY_REFCOUNTS) != 0;
    }

    int cryptMethod() {
        return u32(32);
    }

    void cryptMethod(int method) {
        u32(32, method);
    }

    /** 0: deflate, 1: zstd. */
    int compressionType() {
        return geometry.version() >= 3 && bytes.byteSize() > 104
                ? Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, 104))
                : 0;
    }

    void compressionType(int type) {
        bytes.set(ValueLayout.JAVA_BYTE, 104, (byte) type);
    }

    Optional<byte[]> extension(int type) {
        return extensions.stream()
                .filter(extension -> extension.type == type)
                .map(Extension::data)
                .findFirst();
    }

    void extensions(List<Extension> all) {
        extensions = List.copyOf(all);
    }

    Optional<BackingLink> backingLink() {
        @Nullable String name = backingFile;
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(new BackingLink(
                name,
                extension(EXTENSION_BACKING_FORMAT)
                        .map(data -> new String(data, StandardCharsets.UTF_8))
                        .orElse(null)));
    }

    /**
     * Changes what is said of a backing file, in memory.
     *
     * @throws ImageException when there is no room for it in the first cluster; nothing has changed then
     */
    void backingLink(@Nullable BackingLink link) throws ImageException {
        List<Extension> changed = new ArrayList<>(extensions);
        changed.removeIf(extension -> extension.type == EXTENSION_BACKING_FORMAT);
        @Nullable String format = link == null ? null : link.format();
        if (format != null) {
            changed.addFirst(new Extension(EXTENSION_BACKING_FORMAT, format.getBytes(StandardCharsets.UTF_8)));
        }
        @Nullable String name = link == null ? null : link.filename();
        if (link != null && link.filename().getBytes(StandardCharsets.UTF_8).length > MAX_BACKING_NAME) {
            throw new ImageException("Backing file name too long");
        }
        if (encodedSize(changed, name) > geometry.clusterSize()) {
            // Names of features are a courtesy; they go first.
            changed.removeIf(extension -> extension.type == EXTENSION_FEATURE_NAMES);
        }
        if (encodedSize(changed, name) > geometry.clusterSize()) {
            throw new ImageException("Backing file name too long: it does not fit into a cluster with the header");
        }
        extensions = List.copyOf(changed);
        backingFile = name;
    }

    private long encodedSize(List<Extension> all, @Nullable String name) {
        long size = bytes.byteSize() + 8;
        for (Extension extension : all) {
            size += 8 + (extension.data.length + 7 & ~7);
        }
        return size + (name == null ? 0 : name.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Writes fields as they are now. */
    void store(BlockNode file, int from, int length) throws IOException {
        file.write(0L + from, IoVector.of(bytes.asSlice(from, length)));
    }

    /** Writes all of it, and zeros to the end of the first cluster. */
    void storeAll(BlockNode file) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment cluster = arena.allocate(geometry.clusterSize());
            long at = bytes.byteSize();
            for (Extension extension : extensions) {
                cluster.set(BigEndian.INT, at, extension.type);
                cluster.set(BigEndian.INT, at + 4, extension.data.length);
                MemorySegment.copy(extension.data, 0, cluster, ValueLayout.JAVA_BYTE, at + 8, extension.data.length);
                at += 8 + (extension.data.length + 7 & ~7);
            }
            at += 8;
            byte[] name = backingFile == null ? new byte[0] : backingFile.getBytes(StandardCharsets.UTF_8);
            u64(BACKING, name.length == 0 ? 0 : at);
            u32(BACKING + 8, name.length);
            MemorySegment.copy(name, 0, cluster, ValueLayout.JAVA_BYTE, at, name.length);
            cluster.copyFrom(bytes);
            file.write(0, IoVector.of(cluster));
        }
    }
}
