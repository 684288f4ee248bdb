package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.pc.PcBoard;

/**
 * The disks of a PC as its BIOS reads of them in the CMOS memory: types of the first two (IBM Personal Computer AT Technical
 * Reference, "CMOS RAM addresses"; type 47, whose parameters follow, by Phoenix and AMI), and how cylinders, heads and sectors of all
 * four are translated (Bochs, "CMOS map").
 */
final class DriveTypes {
    private static final int TYPES = 0x12;
    private static final int[] EXTENDED_TYPE = {0x19, 0x1A};
    private static final int[] PARAMETERS = {0x1B, 0x24};
    private static final int TRANSLATIONS = 0x39;
    private static final int TYPE_IN_EXTENSION = 0xF;
    private static final int USER_DEFINED = 47;

    private final Machine machine;
    private final @Nullable DiskGeometry[] disks = new @Nullable DiskGeometry[4];

    DriveTypes(Machine machine) {
        this.machine = machine;
    }

    /**
     * Notes a disk.
     *
     * @param number 0 to 3, two for each cable
     */
    void set(int number, @Nullable DiskGeometry geometry) {
        disks[number] = geometry;
        machine.find(PcBoard.class).ifPresent(this::store);
    }

    private void store(PcBoard board) {
        int types = 0;
        int translations = 0;
        for (int i = 0; i < disks.length; i++) {
            DiskGeometry disk = disks[i];
            if (i < 2) {
                types |= disk == null ? 0 : TYPE_IN_EXTENSION << 4 - 4 * i;
                parameters(board, i, disk);
            }
            translations |= disk == null ? 0 : disk.translation().ordinal() << 2 * i;
        }
        board.setCmos(TYPES, types);
        board.setCmos(TRANSLATIONS, translations);
    }

    /** Cylinders, heads, no write precompensation, control byte, landing zone, sectors. */
    private static void parameters(PcBoard board, int disk, @Nullable DiskGeometry geometry) {
        board.setCmos(EXTENDED_TYPE[disk], geometry == null ? 0 : USER_DEFINED);
        int[] bytes = new int[9];
        if (geometry != null) {
            int cylinders = geometry.cylinders();
            int control = 0xC0 | (geometry.heads() > 8 ? 0x08 : 0);
            bytes = new int[] {
                cylinders & 0xFF,
                cylinders >> 8,
                geometry.heads(),
                0xFF,
                0xFF,
                control,
                cylinders & 0xFF,
                cylinders >> 8,
                geometry.sectors()
            };
        }
        for (int i = 0; i < bytes.length; i++) {
            board.setCmos(PARAMETERS[disk] + i, bytes[i]);
        }
    }
}
