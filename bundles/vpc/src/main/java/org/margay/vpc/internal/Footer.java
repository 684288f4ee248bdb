package org.margay.vpc.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;

/**
 * The footer of a VHD: "Virtual Hard Disk Image Format Specification" 1.0, "Hard Disk Footer Format", big-endian; at the end of the file,
 * and a copy at the beginning of those that are not fixed.
 *
 * @param fields as it is in the file
 */
record Footer(Fields fields) {
    static final int SIZE = 512;
    static final String COOKIE = "conectix";
    static final int FIXED = 2;
    static final int DYNAMIC = 3;
    static final int DIFFERENCING = 4;

    /** 2040 GiB: what Virtual PC could work with. */
    static final long MOST_SECTORS = 0xff000000L;

    private static final long VERSION = 0x00010000;
    private static final int CHECKSUM_AT = 64;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    /** Of those that made the image: whose size counts, rather than its geometry. Others are Virtual PC's kin. */
    private static final Set<String> SIZE_COUNTS = Set.of("win ", "qem2", "d2v ", "tap", "CTXS", "wa");

    /**
     * Makes one.
     *
     * @param exact whether the size counts; otherwise the geometry's, which must be the same
     */
    static Footer create(long sectors, Geometry geometry, int type, boolean exact, Instant now) {
        UUID uuid = UUID.randomUUID();
        Fields fields = Fields.empty(SIZE, ByteOrder.BIG_ENDIAN)
                .text(0, COOKIE)
                .u32(8, 2)
                .u32(12, VERSION)
                .i64(16, type == FIXED ? -1 : SIZE)
                .u32(24, Duration.between(EPOCH, now).toSeconds())
                // Readers tell from it which of the two sizes counts; these are the names for either that they know.
                .text(28, exact ? "qem2" : "qemu")
                .u32(32, 0x00050003)
                .text(36, "Wi2k")
                .i64(40, sectors * 512)
                .i64(48, sectors * 512)
                .u16(56, geometry.cylinders())
                .u8(58, geometry.heads())
                .u8(59, geometry.sectors())
                .u32(60, type)
                .raw(
                        68,
                        ByteBuffer.allocate(16)
                                .putLong(uuid.getMostSignificantBits())
                                .putLong(uuid.getLeastSignificantBits())
                                .array());
        return new Footer(fields.u32(CHECKSUM_AT, checksum(fields, CHECKSUM_AT)));
    }

    /** Reads the copy at the beginning, or the footer of a fixed disk. */
    static Footer read(BlockNode file) throws IOException {
        Fields fields = Fields.read(file, 0, SIZE, ByteOrder.BIG_ENDIAN);
        boolean copy = fields.is(0, COOKIE);
        if (!copy) {
            fields = Fields.read(file, file.length() - SIZE, SIZE, ByteOrder.BIG_ENDIAN);
            if (!fields.is(0, COOKIE)) {
                throw new ImageException("invalid VPC image");
            }
        }
        Footer footer = new Footer(fields);
        if (fields.u32(CHECKSUM_AT) != checksum(fields, CHECKSUM_AT)) {
            throw new ImageException("incorrect footer checksum");
        }
        switch (footer.type()) {
            case FIXED, DYNAMIC -> {}
            case DIFFERENCING ->
                throw new UnsupportedImageException("differencing images (with a parent) are not supported");
            default -> throw new UnsupportedImageException("unsupported disk type %d".formatted(footer.type()));
        }
        if (!copy && footer.type() != FIXED) {
            throw new ImageException("the copy of the footer at the beginning of the file is lost");
        }
        if (footer.sectors() < 0 || footer.sectors() > MOST_SECTORS) {
            throw new ImageException("disk of %d sectors is too large".formatted(footer.sectors()));
        }
        return footer;
    }

    int type() {
        return fields.i32(60);
    }

    /** Where the header of a dynamic disk is. */
    long headerOffset() {
        return fields.i64(16);
    }

    String creator() {
        return fields.text(28, 4);
    }

    /** What the guest sees: Hyper-V goes by the size, Virtual PC by the geometry, unless that is at its limit. */
    long sectors() {
        long geometry = (long) fields.u16(56) * fields.u8(58) * fields.u8(59);
        boolean exact = SIZE_COUNTS.contains(creator()) || geometry == Geometry.LARGEST;
        return exact ? fields.i64(48) >>> 9 : geometry;
    }

    /** The complement of the sum of all bytes but its own: specification, "Checksum". */
    static long checksum(Fields fields, int at) {
        long sum = 0;
        for (long i = 0; i < fields.bytes().byteSize(); i++) {
            sum += i >= at && i < at + Integer.BYTES ? 0 : fields.u8(i);
        }
        return ~sum & 0xffffffffL;
    }
}
