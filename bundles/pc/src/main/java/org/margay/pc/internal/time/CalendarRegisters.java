package org.margay.pc.internal.time;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * How a moment looks in the time and calendar registers of an MC146818: binary or BCD, 12 or 24 hours, by bits DM and 24/12
 * of register B (data sheet, "Time, calendar and alarm locations", table 3).
 *
 * @param binary bit DM
 * @param fullDay bit 24/12
 */
record CalendarRegisters(boolean binary, boolean fullDay) {
    static final int SECONDS = 0x00;
    static final int SECONDS_ALARM = 0x01;
    static final int MINUTES = 0x02;
    static final int MINUTES_ALARM = 0x03;
    static final int HOURS = 0x04;
    static final int HOURS_ALARM = 0x05;
    static final int DAY_OF_WEEK = 0x06;
    static final int DAY_OF_MONTH = 0x07;
    static final int MONTH = 0x08;
    static final int YEAR = 0x09;
    /** Where IBM's and ACPI's tables have the century. */
    static final int CENTURY = 0x32;

    private static final int PM = 0x80;

    /** Whether a register counts time, so that it must be stopped to be set. */
    static boolean isTime(int index) {
        return switch (index) {
            case SECONDS, MINUTES, HOURS, DAY_OF_WEEK, DAY_OF_MONTH, MONTH, YEAR, CENTURY -> true;
            default -> false;
        };
    }

    /** Stores a moment, in seconds since 1970, into the time registers. */
    void store(long second, int weekdayShift, byte[] registers) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        registers[SECONDS] = encode(time.getSecond());
        registers[MINUTES] = encode(time.getMinute());
        registers[HOURS] = encodeHour(time.getHour());
        registers[DAY_OF_WEEK] = encode((weekday(second) + weekdayShift) % 7 + 1);
        registers[DAY_OF_MONTH] = encode(time.getDayOfMonth());
        registers[MONTH] = encode(time.getMonthValue());
        registers[YEAR] = encode(Math.floorMod(time.getYear(), 100));
        registers[CENTURY] = encode(Math.floorMod(time.getYear() / 100, 100));
    }

    /** The moment that the time registers say; impossible dates run over into the next unit, as 31 February into March. */
    long load(byte[] registers) {
        return LocalDateTime.of(decode(registers[CENTURY]) * 100 + decode(registers[YEAR]), 1, 1, 0, 0)
                .plusMonths(decode(registers[MONTH]) - 1L)
                .plusDays(decode(registers[DAY_OF_MONTH]) - 1L)
                .plusHours(decodeHour(registers[HOURS]))
                .plusMinutes(decode(registers[MINUTES]))
                .plusSeconds(decode(registers[SECONDS]))
                .toEpochSecond(ZoneOffset.UTC);
    }

    /** What to add to the true weekday of a moment to get the register's. */
    int weekdayShift(long second, byte[] registers) {
        return Math.floorMod(decode(registers[DAY_OF_WEEK]) - 1 - weekday(second), 7);
    }

    /** 0 is Sunday. */
    private static int weekday(long second) {
        return (int) Math.floorMod(Math.floorDiv(second, 86_400L) + 4, 7L);
    }

    /** Whether an hours alarm or time register means this hour, 0 to 23. */
    boolean isHour(int register, int hour) {
        return encodeHour(hour) == (byte) register;
    }

    boolean isNumber(int register, int number) {
        return encode(number) == (byte) register;
    }

    private byte encode(int number) {
        return (byte) (binary ? number : number / 10 << 4 | number % 10);
    }

    private byte encodeHour(int hour) {
        if (fullDay) {
            return encode(hour);
        }
        int clockHour = hour % 12 == 0 ? 12 : hour % 12;
        return (byte) (encode(clockHour) | (hour >= 12 ? PM : 0));
    }

    private int decode(int register) {
        int bits = register & 0xFF;
        return binary ? bits : (bits >> 4) * 10 + (bits & 0xF);
    }

    private int decodeHour(int register) {
        if (fullDay) {
            return decode(register);
        }
        return decode(register & ~PM) % 12 + ((register & PM) != 0 ? 12 : 0);
    }
}
