package org.margay.pc.internal.time;

import org.margay.machine.Timer;

/**
 * One counter of the 8254 (Intel data sheet, order 231164). Nothing ticks: what the counter shows follows from when it was
 * started, so it costs nothing while nobody looks.
 */
final class PitChannel {
    /** Input clock of a PC's 8254 in Hz: 14.31818 MHz / 12. */
    static final long FREQUENCY = 1_193_182;

    private static final long SECOND = 1_000_000_000L;

    /** Which bytes of a count the guest moves (control word bits RW). */
    enum Access {
        LATCH,
        LOW,
        HIGH,
        LOW_THEN_HIGH;

        static Access of(int bits) {
            return values()[bits];
        }
    }

    /**
     * What the guest can see of one counter.
     *
     * @param access the bytes that are moved
     * @param mode 0 to 5
     * @param count clock pulses of the running period, 1 to 65,536; 0 when no count was written since the control word
     * @param next count to take at the end of the period, or 0 for the same again
     * @param gate level of the GATE input
     * @param triggered modes 1 and 5: the gate has risen since the control word
     * @param start virtual nanoseconds at which the running period began; meaningless while {@code held >= 0}
     * @param held clock pulses done when the gate stopped the counter, or -1 while it counts
     * @param lowByte byte that waits for the high one in a write of both, or -1
     * @param latchedCount count held for reading, or -1
     * @param latchedStatus status held for reading, or -1
     * @param highNext the next byte to be read is the high one
     */
    record State(
            Access access,
            int mode,
            boolean bcd,
            int count,
            int next,
            boolean gate,
            boolean triggered,
            long start,
            long held,
            int lowByte,
            int latchedCount,
            int latchedStatus,
            boolean highNext) {
        State {
            if (access == null
                    || mode < 0
                    || mode > 5
                    || outside(count, 0, 0x10000)
                    || outside(next, 0, 0x10000)
                    || start < 0
                    || outside(held, -1, Long.MAX_VALUE / SECOND)
                    || outside(lowByte, -1, 0xFF)
                    || outside(latchedCount, -1, 0xFFFF)
                    || outside(latchedStatus, -1, 0xFF)) {
                throw new IllegalArgumentException("8254 counter");
            }
            if (bcd && (count > 10_000 || next > 10_000)) {
                throw new IllegalArgumentException("8254 counter of more than four decimal digits");
            }
        }

        private static boolean outside(long value, long low, long high) {
            return value < low || value > high;
        }

        static State reset(boolean gate) {
            return new State(Access.LOW_THEN_HIGH, 3, false, 0, 0, gate, false, 0, 0, -1, -1, -1, false);
        }
    }

    private Access access = Access.LOW_THEN_HIGH;
    private int mode;
    private boolean bcd;
    private int count;
    private int next;
    private boolean gate;
    private boolean triggered;
    private long start;
    private long held;
    private int lowByte;
    private int latchedCount;
    private int latchedStatus;
    private boolean highNext;

    PitChannel(boolean gate) {
        restore(State.reset(gate), 0);
    }

    static long toTicks(long nanos) {
        return nanos / SECOND * FREQUENCY + nanos % SECOND * FREQUENCY / SECOND;
    }

    /** The first nanosecond at which so many clock pulses are over. */
    static long toNanos(long ticks) {
        return ticks / FREQUENCY * SECOND + (ticks % FREQUENCY * SECOND + FREQUENCY - 1) / FREQUENCY;
    }

    void writeControl(int word) {
        int bits = word >> 4 & 3;
        if (bits == 0) {
            throw new IllegalArgumentException("counter latch commands are not control words");
        }
        access = Access.of(bits);
        mode = (word >> 1 & 7) > 5 ? word >> 1 & 3 : word >> 1 & 7;
        bcd = (word & 1) != 0;
        count = 0;
        next = 0;
        triggered = false;
        held = 0;
        lowByte = -1;
        latchedCount = -1;
        latchedStatus = -1;
        highNext = false;
    }

    void latchCount(long now) {
        if (latchedCount < 0) {
            latchedCount = current(now);
        }
    }

    void latchStatus(long now) {
        if (latchedStatus < 0) {
            latchedStatus = (out(now) ? 0x80 : 0)
                    | (count == 0 || next != 0 ? 0x40 : 0)
                    | access.ordinal() << 4
                    | mode << 1
                    | (bcd ? 1 : 0);
        }
    }

    int read(long now) {
        if (latchedStatus >= 0) {
            int status = latchedStatus;
            latchedStatus = -1;
            return status;
        }
        int value = latchedCount >= 0 ? latchedCount : current(now);
        boolean high = access == Access.HIGH || access == Access.LOW_THEN_HIGH && highNext;
        if (access == Access.LOW_THEN_HIGH) {
            highNext = !highNext;
        }
        if (!highNext) {
            latchedCount = -1;
        }
        return high ? value >> 8 : value & 0xFF;
    }

    void write(int value, long now) {
        switch (access) {
            case LOW -> load(value, now);
            case HIGH -> load(value << 8, now);
            case LOW_THEN_HIGH -> {
                if (lowByte < 0) {
                    lowByte = value;
                    if (mode == 0) {
                        // The first byte stops the counting and lowers OUT (mode 0, "writing the first byte").
                        count = 0;
                        held = 0;
                    }
                } else {
                    load(value << 8 | lowByte, now);
                    lowByte = -1;
                }
            }
            case LATCH -> throw new IllegalStateException("no counter stays in latch access");
        }
    }

    private void load(int written, long now) {
        settle(now);
        int pulses = bcd ? fromBcd(written) : written;
        if (pulses == 0) {
            pulses = bcd ? 10_000 : 0x10000;
        }
        boolean first = count == 0;
        switch (mode) {
            case 0, 4 -> {
                count = pulses;
                restart(now);
            }
            case 1, 5 -> {
                if (first || !triggered) {
                    count = pulses;
                } else {
                    next = pulses;
                }
            }
            default -> {
                if (first) {
                    count = pulses;
                    restart(now);
                } else {
                    next = pulses;
                }
            }
        }
    }

    /** Begins a period now; the gate may hold it at its first pulse. */
    private void restart(long now) {
        start = now;
        held = gate || mode == 1 || mode == 5 ? -1 : 0;
    }

    void setGate(boolean high, long now) {
        if (gate == high) {
            return;
        }
        settle(now);
        long done = elapsed(now);
        gate = high;
        if (count == 0) {
            return;
        }
        switch (mode) {
            case 0, 4 -> {
                if (high) {
                    start = Math.max(0, now - toNanos(held));
                    held = -1;
                } else {
                    held = done;
                }
            }
            case 1, 5 -> {
                if (high) {
                    triggered = true;
                    count = next != 0 ? next : count;
                    next = 0;
                    restart(now);
                }
            }
            default -> {
                if (high) {
                    count = next != 0 ? next : count;
                    next = 0;
                    restart(now);
                } else {
                    held = 0;
                }
            }
        }
    }

    /** Modes 2 and 3: takes over a new count if the period in which it was written has ended. */
    private void settle(long now) {
        if (next != 0 && (mode == 2 || mode == 3) && held < 0 && elapsed(now) >= count) {
            start += toNanos(count);
            count = next;
            next = 0;
        }
    }

    /** Clock pulses since the period (modes 2 and 3: the first of equal periods) began. */
    private long elapsed(long now) {
        return held >= 0 ? held : toTicks(Math.max(0, now - start));
    }

    private boolean idle() {
        return count == 0 || (mode == 1 || mode == 5) && !triggered;
    }

    boolean out(long now) {
        settle(now);
        if (idle()) {
            return mode != 0;
        }
        long done = elapsed(now);
        return switch (mode) {
            case 0, 1 -> done >= count;
            case 2 -> !gate || count == 1 || done % count != count - 1;
            case 3 -> !gate || done % count < (count + 1) / 2;
            default -> done != count;
        };
    }

    /** When OUT changes next, in nanoseconds, or {@link Timer#NEVER}. */
    long nextChange(long now) {
        settle(now);
        if (idle() || held >= 0) {
            return Timer.NEVER;
        }
        long done = elapsed(now);
        long at = switch (mode) {
            case 0, 1 -> done < count ? count : -1;
            case 2 -> count == 1 ? -1 : nextOf(done, count - 1, count);
            case 3 -> count == 1 ? -1 : nextOf(done, (count + 1) / 2, count);
            default -> done < count ? count : done == count ? count + 1 : -1;
        };
        return at < 0 ? Timer.NEVER : start + toNanos(at);
    }

    /** The next multiple of a period, or that plus a phase, after so many pulses. */
    private static long nextOf(long done, long phase, long period) {
        long begin = done - done % period;
        return done % period < phase ? begin + phase : begin + period;
    }

    /** The 16 bits that a read of the counter gives. */
    private int current(long now) {
        settle(now);
        if (count == 0) {
            return 0;
        }
        long done = idle() ? 0 : elapsed(now);
        long modulus = bcd ? 10_000 : 0x10000;
        long value = switch (mode) {
            case 2 -> count - done % count;
            case 3 -> count - 2 * done % count;
            default -> Math.floorMod(count - done, modulus);
        };
        int cut = (int) (value % modulus);
        return bcd ? toBcd(cut) : cut;
    }

    private static int fromBcd(int bcd) {
        int value = 0;
        for (int shift = 12; shift >= 0; shift -= 4) {
            value = value * 10 + Math.min(9, bcd >> shift & 0xF);
        }
        return value;
    }

    private static int toBcd(int value) {
        return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
    }

    State save(long now) {
        settle(now);
        return new State(
                access,
                mode,
                bcd,
                count,
                next,
                gate,
                triggered,
                start,
                held,
                lowByte,
                latchedCount,
                latchedStatus,
                highNext);
    }

    void restore(State state, long now) {
        if (state.access == Access.LATCH || state.start > now) {
            throw new IllegalArgumentException("8254 counter that can't have been started");
        }
        access = state.access;
        mode = state.mode;
        bcd = state.bcd;
        count = state.count;
        next = state.next;
        gate = state.gate;
        triggered = state.triggered;
        start = state.start;
        held = state.held;
        lowByte = state.lowByte;
        latchedCount = state.latchedCount;
        latchedStatus = state.latchedStatus;
        highNext = state.highNext;
    }
}
