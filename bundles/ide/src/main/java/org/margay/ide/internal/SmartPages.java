package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;

/**
 * The pages of SMART (ATA/ATAPI-6, clause 8.55; attributes as SFF-8035i has them) of a disk that never wears out: values are at their
 * best, logs are empty.
 */
final class SmartPages {
    private static final int SIZE = 512;
    private static final int BEST = 100;
    private static final int ATTRIBUTES = 2;
    private static final int ATTRIBUTE_SIZE = 12;

    /** Number, flags, threshold of each attribute: read errors, spin-up, reallocated sectors, power-on hours, temperature. */
    private static final int[][] TABLE = {
        {1, 0x0003, 6},
        {3, 0x0003, 0},
        {4, 0x0002, 20},
        {5, 0x0003, 36},
        {9, 0x0003, 0},
        {12, 0x0003, 0},
        {190, 0x0003, 50}
    };

    private SmartPages() {}

    static byte[] data(boolean autosave) {
        byte[] page = new byte[SIZE];
        page[0] = 1;
        for (int i = 0; i < TABLE.length; i++) {
            int at = ATTRIBUTES + i * ATTRIBUTE_SIZE;
            page[at] = (byte) TABLE[i][0];
            page[at + 1] = (byte) TABLE[i][1];
            page[at + 3] = BEST;
            page[at + 4] = BEST;
        }
        // Off-line collection never started; it would take no time; self-tests can be run.
        page[362] = (byte) (autosave ? 0x82 : 0x02);
        page[367] = 0x11;
        page[368] = 0x03;
        page[370] = 0x01;
        page[372] = 1;
        page[373] = 1;
        return checked(page);
    }

    static byte[] thresholds() {
        byte[] page = new byte[SIZE];
        page[0] = 1;
        for (int i = 0; i < TABLE.length; i++) {
            int at = ATTRIBUTES + i * ATTRIBUTE_SIZE;
            page[at] = (byte) TABLE[i][0];
            page[at + 1] = (byte) TABLE[i][2];
        }
        return checked(page);
    }

    /**
     * A log.
     *
     * @param address 0 for the directory, 1 errors, 6 self-tests
     * @return null when there is none
     */
    static byte @Nullable [] log(int address) {
        byte[] page = new byte[SIZE];
        switch (address) {
            case 0 -> {
                page[0] = 1;
                page[2] = 1;
                page[2 * 6] = 1;
                return page;
            }
            case 1, 6 -> {
                page[0] = 1;
                return checked(page);
            }
            default -> {
                return null;
            }
        }
    }

    private static byte[] checked(byte[] page) {
        int sum = 0;
        for (byte each : page) {
            sum += each;
        }
        page[SIZE - 1] = (byte) -sum;
        return page;
    }
}
