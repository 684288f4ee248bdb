package org.margay.vvfat.internal;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.margay.image.blocks.Fields;

/** The sectors that say what the disk is: partition table, boot sector ("BPB"), FSInfo. */
final class BootSectors {
    static final String LABEL = "MARGAY FAT ";

    private static final int FS_INFO = 1;
    private static final int BACKUP = 6;
    private static final int SIGNATURE = 0xaa55;
    private static final int SERIAL = 0x4d415247;
    private static final int ROOT_CLUSTER = 2;

    private final FatLayout layout;

    BootSectors(FatLayout layout) {
        this.layout = layout;
    }

    private static Fields sector() {
        return Fields.empty(FatLayout.SECTOR, ByteOrder.LITTLE_ENDIAN).u16(510, SIGNATURE);
    }

    private static byte[] bytes(Fields fields) {
        return fields.bytes().toArray(ValueLayout.JAVA_BYTE);
    }

    /** One partition, all of the disk but the first track. */
    byte[] partitionTable() {
        int type = switch (layout.type()) {
            case FAT12 -> 0x01;
            case FAT16 -> 0x06;
            case FAT32 -> 0x0c;
        };
        long last = layout.hidden() + layout.sectors() - 1;
        Fields table = sector().u32(440, SERIAL).u8(446, 0x80).u8(450, type);
        geometry(table, 447, layout.hidden());
        geometry(table, 451, last);
        return bytes(table.u32(454, layout.hidden()).u32(458, layout.sectors()));
    }

    /** Head, sector and cylinder, or the greatest that there is room for. */
    private void geometry(Fields table, int at, long sector) {
        long track = sector / layout.trackSectors();
        long cylinder = track / layout.heads();
        boolean far = cylinder > 1023;
        long head = far ? layout.heads() - 1 : track % layout.heads();
        long inTrack = far ? layout.trackSectors() : sector % layout.trackSectors() + 1;
        long kept = far ? 1023 : cylinder;
        table.u8(at, (int) head).u8(at + 1, (int) (inTrack | kept >> 8 << 6)).u8(at + 2, (int) kept & 0xff);
    }

    /**
     * A reserved sector of the file system.
     *
     * @param freeClusters for FSInfo
     */
    byte[] reserved(long sector, long freeClusters, long nextFree) {
        boolean large = layout.type() == FatType.FAT32;
        if (sector == 0 || (large && sector == BACKUP)) {
            return bytes(boot());
        }
        if (large && (sector == FS_INFO || sector == BACKUP + FS_INFO)) {
            return bytes(sector().text(0, "RRaA")
                    .text(484, "rrAa")
                    .u32(488, freeClusters)
                    .u32(492, nextFree));
        }
        return new byte[FatLayout.SECTOR];
    }

    private Fields boot() {
        boolean large = layout.type() == FatType.FAT32;
        boolean small = layout.sectors() < 0x10000;
        Fields boot = sector().raw(0, new byte[] {(byte) 0xeb, (byte) (large ? 0x58 : 0x3c), (byte) 0x90})
                .text(3, "MSWIN4.1")
                .u16(11, FatLayout.SECTOR)
                .u8(13, layout.clusterSectors())
                .u16(14, layout.reserved())
                .u8(16, FatLayout.FATS)
                .u16(17, layout.rootEntries())
                .u16(19, small ? (int) layout.sectors() : 0)
                .u8(21, media())
                .u16(22, large ? 0 : (int) layout.fatSectors())
                .u16(24, layout.trackSectors())
                .u16(26, layout.heads())
                .u32(28, layout.hidden())
                .u32(32, small ? 0 : layout.sectors());
        if (large) {
            boot.u32(36, layout.fatSectors())
                    .u32(44, ROOT_CLUSTER)
                    .u16(48, FS_INFO)
                    .u16(50, BACKUP);
        }
        int tail = large ? 64 : 36;
        return boot.u8(tail, layout.floppy() ? 0 : 0x80)
                .u8(tail + 2, 0x29)
                .u32(tail + 3, SERIAL)
                .text(tail + 7, LABEL)
                .text(tail + 18, layout.type() + "   ");
    }

    /** The media byte, which the first entry of a FAT repeats. */
    int media() {
        return layout.floppy() ? 0xf0 : 0xf8;
    }
}
