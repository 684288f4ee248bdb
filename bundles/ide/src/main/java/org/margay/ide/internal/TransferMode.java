package org.margay.ide.internal;

/**
 * The transfer mode that the host chose by SET FEATURES; it changes nothing but what the device says of itself (ATA/ATAPI-6, table
 * 46). Numbers as they are in the sector count register.
 */
final class TransferMode {
    /** Multiword DMA 2, as after power-on. */
    static final int DEFAULT = 0x22;

    private static final int BEST_SINGLE_WORD = 2;
    private static final int BEST_MULTIWORD = 2;
    private static final int BEST_ULTRA = 5;

    private TransferMode() {}

    /** Whether it is a mode of DMA that devices have. */
    static boolean isDma(int mode) {
        int number = mode & 7;
        return switch (mode >> 3) {
            case 2 -> number <= BEST_SINGLE_WORD;
            case 4 -> number <= BEST_MULTIWORD;
            case 8 -> number <= BEST_ULTRA;
            default -> false;
        };
    }

    /** Whether it is a mode of PIO that devices have. */
    static boolean isPio(int mode) {
        return mode == 0 || mode == 1 || mode >> 3 == 1 && (mode & 7) <= 4;
    }

    /** Words 62, 63 and 88: modes that there are, and the one that is chosen. */
    static void identify(IdentifyPage page, int mode) {
        page.word(62, supported(BEST_SINGLE_WORD) | chosen(mode, 2));
        page.word(63, supported(BEST_MULTIWORD) | chosen(mode, 4));
        page.word(88, supported(BEST_ULTRA) | chosen(mode, 8));
    }

    private static int supported(int best) {
        return (1 << best + 1) - 1;
    }

    private static int chosen(int mode, int family) {
        return mode >> 3 == family ? 0x100 << (mode & 7) : 0;
    }
}
