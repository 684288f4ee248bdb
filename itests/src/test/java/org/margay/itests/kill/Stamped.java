package org.margay.itests.kill;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sectors that say who wrote them: each of their numbers follows from the stamp of the write and from where the sector is. */
final class Stamped {
    static final int SECTOR = 512;

    /** Of a sector of zeros. */
    static final long ZERO = 0;

    private Stamped() {}

    private static long word(long stamp, long sector, int index) {
        long mixed = (stamp * 0x9E37_79B9_7F4A_7C15L ^ sector * 0xC2B2_AE3D_27D4_EB4FL) + index;
        return mixed ^ mixed >>> 29;
    }

    /** Writes a sector at a buffer's position. */
    static void put(ByteBuffer buffer, long stamp, long sector) {
        buffer.order(ByteOrder.LITTLE_ENDIAN).putLong(stamp);
        for (int i = 1; i < SECTOR / 8; i++) {
            buffer.putLong(word(stamp, sector, i));
        }
    }

    /**
     * Reads a sector at a buffer's position.
     *
     * @return its stamp
     * @throws AssertionError when no write can have left it like this
     */
    static long take(ByteBuffer buffer, long sector) {
        long stamp = buffer.order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int i = 1; i < SECTOR / 8; i++) {
            if (buffer.getLong() != (stamp == ZERO ? 0 : word(stamp, sector, i))) {
                throw new AssertionError("sector %d holds what nobody wrote, behind stamp %d".formatted(sector, stamp));
            }
        }
        return stamp;
    }
}
