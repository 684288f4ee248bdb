package org.margay.pc.internal.input;

import java.util.Arrays;
import org.margay.pc.PcInput;

/**
 * Scan codes of keys in the three sets (IBM Personal System/2 Hardware Interface Technical Reference, "Keyboard and auxiliary
 * device controller", scan code tables). Keys are numbered as in {@link PcInput#key}.
 */
final class ScanCodes {
    static final int EXTENDED_PREFIX = 0xE0;
    static final int PAUSE_PREFIX = 0xE1;
    static final int RELEASE_PREFIX = 0xF0;

    /** Set 1 code for each set 2 code, 00h to 7Fh: what the controller's translation gives. */
    private static final String SET_2_TO_1 = "ff43413f3d3b3c58644442403e0f2959"
            + "65382a701d10025a66712c1f1e11035b"
            + "672e2d201205045c68392f211413065d"
            + "693130232215075e6a7232241608095f"
            + "6b332517180b0a606c34352627190c61"
            + "6d7328741a0d626e3a361c1b752b6376"
            + "55567778797a0e7b7c4f7d4b477e7f6f"
            + "5253504c4d480145574e514a37494654";

    /** Pairs of key number and set 3 code. */
    private static final String SET_3 = "0108 0216 031e 0426 0525 062e 0736 083d 093e 0a46 0b45 0c4e 0d55 0e66 0f0d "
            + "1015 111d 1224 132d 142c 1535 163c 1743 1844 194d 1a54 1b5b 1c5a 1d11 1e1c 1f1b 2023 212b 2234 2333 "
            + "243b 2542 264b 274c 2852 290e 2a12 2b5c 2c1a 2d22 2e21 2f2a 3032 3131 323a 3341 3449 354a 3659 377e "
            + "3819 3929 3a14 3b07 3c0f 3d17 3e1f 3f27 402f 4137 423f 4347 444f 4576 465f 476c 4875 497d 4a84 4b6b "
            + "4c73 4d74 4e7c 4f69 5072 517a 5270 5371 5613 5756 585e 9c79 9d58 b577 b757 b839 c662 c76e c863 c96f "
            + "cb61 cd6a cf65 d060 d16d d267 d364 db8b dc8c dd8d";

    private static final int[] TRANSLATED = new int[0x80];
    private static final int[] TO_SET_2 = new int[0x80];
    private static final int[] TO_SET_3 = new int[0x100];

    static {
        Arrays.fill(TO_SET_2, -1);
        Arrays.fill(TO_SET_3, -1);
        for (int code = 0; code < 0x80; code++) {
            TRANSLATED[code] = Integer.parseInt(SET_2_TO_1, 2 * code, 2 * code + 2, 16);
            if (TRANSLATED[code] < 0x80) {
                TO_SET_2[TRANSLATED[code]] = code;
            }
        }
        TO_SET_2[0x41] = 0x83;
        TO_SET_2[0x54] = 0x84;
        for (String pair : SET_3.split(" ")) {
            TO_SET_3[Integer.parseInt(pair, 0, 2, 16)] = Integer.parseInt(pair, 2, 4, 16);
        }
    }

    private ScanCodes() {}

    /** What the controller makes of a byte from the keyboard when it translates; prefixes are the caller's. */
    static int translate(int set2) {
        return switch (set2) {
            case 0x83 -> 0x41;
            case 0x84 -> 0x54;
            default -> set2 < 0x80 ? TRANSLATED[set2] : set2;
        };
    }

    /** Bytes that a key gives in a set; none when it has no code there. */
    static int[] bytes(int set, int key, boolean down) {
        return switch (set) {
            case 1 -> set1(key, down);
            case 2 -> set2(key, down);
            default -> TO_SET_3[key] < 0 ? new int[0] : released(down, TO_SET_3[key]);
        };
    }

    private static int[] set1(int key, boolean down) {
        if (key == PcInput.PAUSE) {
            return down ? new int[] {PAUSE_PREFIX, 0x1D, 0x45, PAUSE_PREFIX, 0x9D, 0xC5} : new int[0];
        }
        if (key == PcInput.PRINT_SCREEN) {
            return down
                    ? new int[] {EXTENDED_PREFIX, 0x2A, EXTENDED_PREFIX, 0x37}
                    : new int[] {EXTENDED_PREFIX, 0xB7, EXTENDED_PREFIX, 0xAA};
        }
        int code = key & 0x7F | (down ? 0 : 0x80);
        return (key & PcInput.EXTENDED) != 0 ? new int[] {EXTENDED_PREFIX, code} : new int[] {code};
    }

    private static int[] set2(int key, boolean down) {
        if (key == PcInput.PAUSE) {
            return down
                    ? new int[] {PAUSE_PREFIX, 0x14, 0x77, PAUSE_PREFIX, RELEASE_PREFIX, 0x14, RELEASE_PREFIX, 0x77}
                    : new int[0];
        }
        if (key == PcInput.PRINT_SCREEN) {
            return down
                    ? new int[] {EXTENDED_PREFIX, 0x12, EXTENDED_PREFIX, 0x7C}
                    : new int[] {EXTENDED_PREFIX, RELEASE_PREFIX, 0x7C, EXTENDED_PREFIX, RELEASE_PREFIX, 0x12};
        }
        int code = TO_SET_2[key & 0x7F];
        if (code < 0) {
            return new int[0];
        }
        if ((key & PcInput.EXTENDED) == 0) {
            return released(down, code);
        }
        return down ? new int[] {EXTENDED_PREFIX, code} : new int[] {EXTENDED_PREFIX, RELEASE_PREFIX, code};
    }

    private static int[] released(boolean down, int code) {
        return down ? new int[] {code} : new int[] {RELEASE_PREFIX, code};
    }
}
