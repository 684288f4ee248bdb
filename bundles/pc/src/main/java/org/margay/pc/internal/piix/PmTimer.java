package org.margay.pc.internal.piix;

import org.margay.machine.Clock;

/** The ACPI power management timer (ACPI 2.0, section 4.7.2.1): 24 bits at 3.579545 MHz on the guest's virtual time. */
final class PmTimer {
    /** Ticks a second. */
    static final long FREQUENCY = 3_579_545;

    /** Ticks between changes of bit 23, which the status register reports. */
    static final long HALF_PERIOD = 1 << 23;

    private static final long NANOS = 1_000_000_000;
    private static final int MASK = 0xFF_FFFF;

    private final Clock clock;

    PmTimer(Clock clock) {
        this.clock = clock;
    }

    /** Ticks since the clock's start, all bits. */
    long ticks() {
        long nanos = clock.nanos();
        return nanos / NANOS * FREQUENCY + nanos % NANOS * FREQUENCY / NANOS;
    }

    /** The register. */
    int value() {
        return (int) ticks() & MASK;
    }

    /** The first nanosecond at which {@link #ticks()} reaches a count. */
    static long nanosAt(long ticks) {
        return ticks / FREQUENCY * NANOS + (ticks % FREQUENCY * NANOS + FREQUENCY - 1) / FREQUENCY;
    }
}
