package org.margay.vvfat.internal;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;

/** Writes the entries of a folder: specification, "FAT Directory Structure". */
final class FolderBytes {
    private static final int ENTRY = FatLayout.ENTRY;
    private static final int READ_ONLY = 0x01;
    private static final int VOLUME = 0x08;
    private static final int FOLDER = 0x10;
    private static final int ARCHIVE = 0x20;
    private static final int LONG_NAME = 0x0f;
    private static final int LAST_LONG = 0x40;
    private static final int UNITS = 13;

    /** Where the 13 units of a part of a long name are. */
    private static final int[] UNIT_AT = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    private final byte[] bytes;
    private int at;

    /**
     * @param size bytes that the folder takes on the disk
     */
    FolderBytes(int size) {
        bytes = new byte[size];
    }

    /** How many entries a name takes. */
    static int entries(FolderNames.Name name) {
        return 1 + (name.same() ? 0 : Math.ceilDiv(name.longName().length(), UNITS));
    }

    byte[] bytes() {
        return bytes;
    }

    void label(String label, LocalDateTime time) {
        entry(label.getBytes(StandardCharsets.US_ASCII), VOLUME, 0, 0, time);
    }

    /** "." and "..". */
    void dots(int self, int parent, LocalDateTime time) {
        entry(".          ".getBytes(StandardCharsets.US_ASCII), FOLDER, self, 0, time);
        entry("..         ".getBytes(StandardCharsets.US_ASCII), FOLDER, parent, 0, time);
    }

    void add(FolderNames.Name name, boolean folder, int cluster, long size, LocalDateTime time) {
        byte[] shortName = name.shortBytes();
        if (!name.same()) {
            longName(name.longName(), checksum(shortName));
        }
        entry(shortName, folder ? FOLDER : ARCHIVE | READ_ONLY, cluster, size, time);
    }

    /** The parts of a long name, the last first. */
    private void longName(String name, int checksum) {
        int parts = Math.ceilDiv(name.length(), UNITS);
        for (int part = parts - 1; part >= 0; part--) {
            bytes[at] = (byte) (part + 1 | (part == parts - 1 ? LAST_LONG : 0));
            bytes[at + 11] = LONG_NAME;
            bytes[at + 13] = (byte) checksum;
            for (int i = 0; i < UNITS; i++) {
                int unit = part * UNITS + i;
                put(at + UNIT_AT[i], 2, unit < name.length() ? name.charAt(unit) : unit == name.length() ? 0 : 0xffff);
            }
            at += ENTRY;
        }
    }

    /** Specification, "ChkSum". */
    private static int checksum(byte[] shortName) {
        int sum = 0;
        for (byte c : shortName) {
            sum = (((sum & 1) << 7) + (sum >> 1) + (c & 0xff)) & 0xff;
        }
        return sum;
    }

    private void entry(byte[] name, int attributes, int cluster, long size, LocalDateTime time) {
        System.arraycopy(Arrays.copyOf(name, 11), 0, bytes, at, 11);
        // The first byte of a short name that would mean a free entry can't occur: names are ASCII.
        bytes[at + 11] = (byte) attributes;
        int year = Math.clamp(time.getYear(), 1980, 2107);
        int date = ((year - 1980) << 9) | (time.getMonthValue() << 5) | time.getDayOfMonth();
        int clock = (time.getHour() << 11) | (time.getMinute() << 5) | (time.getSecond() / 2);
        put(at + 14, 2, clock);
        put(at + 16, 2, date);
        put(at + 18, 2, date);
        put(at + 20, 2, cluster >>> 16);
        put(at + 22, 2, clock);
        put(at + 24, 2, date);
        put(at + 26, 2, cluster & 0xffff);
        put(at + 28, 4, size);
        at += ENTRY;
    }

    private void put(int where, int size, long value) {
        for (int i = 0; i < size; i++) {
            bytes[where + i] = (byte) (value >> (8 * i));
        }
    }
}
