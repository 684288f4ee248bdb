package org.margay.ide.internal;

/** Codes of commands (ATA/ATAPI-6, clause 8, and ATA8-ACS for DATA SET MANAGEMENT). */
final class AtaCommand {
    static final int NOP = 0x00;
    static final int DATA_SET_MANAGEMENT = 0x06;
    static final int DEVICE_RESET = 0x08;
    static final int RECALIBRATE = 0x10;
    static final int READ_SECTORS = 0x20;
    static final int READ_SECTORS_NO_RETRY = 0x21;
    static final int READ_SECTORS_EXT = 0x24;
    static final int READ_DMA_EXT = 0x25;
    static final int READ_NATIVE_MAX_EXT = 0x27;
    static final int READ_MULTIPLE_EXT = 0x29;
    static final int WRITE_SECTORS = 0x30;
    static final int WRITE_SECTORS_NO_RETRY = 0x31;
    static final int WRITE_SECTORS_EXT = 0x34;
    static final int WRITE_DMA_EXT = 0x35;
    static final int WRITE_MULTIPLE_EXT = 0x39;
    static final int WRITE_VERIFY = 0x3C;
    static final int WRITE_DMA_FUA_EXT = 0x3D;
    static final int READ_VERIFY = 0x40;
    static final int READ_VERIFY_NO_RETRY = 0x41;
    static final int READ_VERIFY_EXT = 0x42;
    static final int SEEK = 0x70;
    static final int EXECUTE_DEVICE_DIAGNOSTIC = 0x90;
    static final int INITIALIZE_DEVICE_PARAMETERS = 0x91;
    static final int PACKET = 0xA0;
    static final int IDENTIFY_PACKET_DEVICE = 0xA1;
    static final int SMART = 0xB0;
    static final int READ_MULTIPLE = 0xC4;
    static final int WRITE_MULTIPLE = 0xC5;
    static final int SET_MULTIPLE_MODE = 0xC6;
    static final int READ_DMA = 0xC8;
    static final int READ_DMA_NO_RETRY = 0xC9;
    static final int WRITE_DMA = 0xCA;
    static final int WRITE_DMA_NO_RETRY = 0xCB;
    static final int WRITE_MULTIPLE_FUA_EXT = 0xCE;
    static final int STANDBY_IMMEDIATE = 0xE0;
    static final int IDLE_IMMEDIATE = 0xE1;
    static final int STANDBY = 0xE2;
    static final int IDLE = 0xE3;
    static final int CHECK_POWER_MODE = 0xE5;
    static final int SLEEP = 0xE6;
    static final int FLUSH_CACHE = 0xE7;
    static final int FLUSH_CACHE_EXT = 0xEA;
    static final int IDENTIFY_DEVICE = 0xEC;
    static final int SET_FEATURES = 0xEF;
    static final int READ_NATIVE_MAX = 0xF8;

    private AtaCommand() {}

    /** The code of today for those power commands that had another one in ATA-1. */
    static int canonical(int code) {
        return switch (code) {
            case 0x94, 0x95, 0x96, 0x97 -> code - 0x94 + STANDBY_IMMEDIATE;
            case 0x98, 0x99 -> code - 0x98 + CHECK_POWER_MODE;
            default -> (code & 0xF0) == RECALIBRATE ? RECALIBRATE : (code & 0xF0) == SEEK ? SEEK : code;
        };
    }
}
