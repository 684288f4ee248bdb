package org.margay.firmware.internal.bios;

import org.margay.firmware.internal.option.FirmwarePlan;

/**
 * The order of drives in the two CMOS bytes that Bochs' BIOS and SeaBIOS read: four bits each, the first in the low half of
 * byte 3Dh, the second in its high half, the third in the high half of byte 38h.
 */
record BootOrder(int firstAndSecond, int third) {
    /** CMOS address of the first and second device. */
    static final int FIRST_AND_SECOND = 0x3D;

    /** CMOS address of the third device. */
    static final int THIRD = 0x38;

    private static final String DEFAULT = "cad";

    /** As the user's options say for the first start, or for those that follow. */
    static BootOrder of(FirmwarePlan.Boot boot, boolean firstStart) {
        String order = boot.order().orElse(DEFAULT);
        return of(firstStart ? boot.once().orElse(order) : order);
    }

    /** Of drive letters; those that no BIOS knows and all after the third are left out. */
    static BootOrder of(String letters) {
        int packed = 0;
        int shift = 0;
        for (int i = 0; i < letters.length() && shift < 12; i++) {
            int code = code(letters.charAt(i));
            if (code != 0) {
                packed |= code << shift;
                shift += 4;
            }
        }
        return new BootOrder(packed & 0xFF, packed >>> 4 & 0xF0);
    }

    private static int code(char letter) {
        return switch (letter) {
            case 'a', 'b' -> 1;
            case 'c' -> 2;
            case 'd' -> 3;
            case 'n' -> 4;
            default -> 0;
        };
    }
}
