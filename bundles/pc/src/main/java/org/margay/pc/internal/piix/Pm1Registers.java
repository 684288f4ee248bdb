package org.margay.pc.internal.piix;

import org.margay.machine.Clock;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.machine.WakeupCause;
import org.margay.memory.IoHandler;

/**
 * The ACPI register blocks of the PIIX4 that an operating system uses (82371AB datasheet, 290562, section 7.2; ACPI 2.0,
 * section 4.7.3): PM1a status, enable and control, PM timer, and a general purpose event block of two bytes each. Any enabled
 * event asserts the system control interrupt while the guest has ACPI switched on or not; SCI_EN only says who is in charge.
 */
final class Pm1Registers {
    static final int TIMER_OVERFLOW = 1;
    static final int GLOBAL_LOCK = 1 << 5;
    static final int POWER_BUTTON = 1 << 8;
    static final int RTC_ALARM = 1 << 10;
    static final int WAKE = 1 << 15;

    private static final int STATUS_BITS =
            TIMER_OVERFLOW | 1 << 4 | GLOBAL_LOCK | POWER_BUTTON | RTC_ALARM | 1 << 11 | WAKE;
    private static final int ENABLE_BITS = TIMER_OVERFLOW | GLOBAL_LOCK | POWER_BUTTON | RTC_ALARM;
    private static final int CONTROL_SCI_ENABLE = 1;
    private static final int CONTROL_BITS = 0x1C07;
    private static final int SLEEP_ENABLE = 1 << 13;
    private static final int SLEEP_TYPE_SHIFT = 10;
    private static final int SLEEP_SOFT_OFF = 0;
    private static final int SLEEP_SUSPEND_TO_RAM = 1;
    private static final int SLEEP_SUSPEND_TO_DISK = 2;

    /**
     * What the guest can see.
     *
     * @param status PM1a status
     * @param enable PM1a enable
     * @param control PM1a control
     * @param nextOverflow count of the PM timer, all bits, at which it reports its next overflow
     * @param gpeStatus 16 general purpose events
     * @param gpeEnable which of them interrupt
     */
    public record State(int status, int enable, int control, long nextOverflow, int gpeStatus, int gpeEnable) {
        public State {
            if ((status & ~STATUS_BITS) != 0
                    || (enable & ~ENABLE_BITS) != 0
                    || (control & ~CONTROL_BITS) != 0
                    || (gpeStatus | gpeEnable) >>> 16 != 0
                    || nextOverflow < 0) {
                throw new IllegalArgumentException("ACPI PM registers out of range");
            }
        }
    }

    private final Machine machine;
    private final IrqLine sci;
    private final PmTimer pmTimer;
    private final Timer overflow;
    private int status;
    private int enable;
    private int control;
    private long nextOverflow;
    private int gpeStatus;
    private int gpeEnable;

    Pm1Registers(Machine machine, Clock clock, IrqLine sci) {
        this.machine = machine;
        this.sci = sci;
        this.pmTimer = new PmTimer(clock);
        this.overflow = clock.timer(this::update);
        this.nextOverflow = followingOverflow();
    }

    /** The block at the PM base address: 64 ports. */
    IoHandler pm1Block() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                noteOverflow();
                int now = pmTimer.value();
                long value = 0;
                for (int i = 0; i < size; i++) {
                    value |= (long) readPm1((int) offset + i, now) << (8 * i);
                }
                return value;
            }

            @Override
            public void write(long offset, int size, long value) {
                noteOverflow();
                for (int i = 0; i < size; i++) {
                    writePm1((int) offset + i, (int) (value >>> (8 * i)) & 0xFF);
                }
                update();
            }
        };
    }

    /** The general purpose event block: two bytes of status, two of enable. */
    IoHandler gpeBlock() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                long all = gpeStatus | (long) gpeEnable << 16;
                return all >>> (8 * offset);
            }

            @Override
            public void write(long offset, int size, long value) {
                long mask = (-1L >>> (64 - 8 * size)) << (8 * offset);
                long placed = value << (8 * offset);
                gpeStatus &= (int) ~(placed & mask & 0xFFFF);
                gpeEnable = (int) ((gpeEnable & ~(mask >>> 16) | placed >>> 16) & 0xFFFF);
                update();
            }
        };
    }

    /** @param now the PM timer, the same for all bytes of an access */
    private int readPm1(int offset, int now) {
        return switch (offset) {
            case 0 -> status & 0xFF;
            case 1 -> status >>> 8;
            case 2 -> enable & 0xFF;
            case 3 -> enable >>> 8;
            case 4 -> control & 0xFF;
            case 5 -> control >>> 8;
            case 8, 9, 10, 11 -> now >>> (8 * (offset - 8)) & 0xFF;
            default -> 0;
        };
    }

    private void writePm1(int offset, int octet) {
        switch (offset) {
            case 0 -> {
                if ((octet & TIMER_OVERFLOW) != 0) {
                    nextOverflow = followingOverflow();
                }
                status &= ~octet;
            }
            case 1 -> status &= ~(octet << 8);
            case 2 -> enable = enable & 0xFF00 | octet & ENABLE_BITS;
            case 3 -> {
                enable = enable & 0xFF | octet << 8 & ENABLE_BITS;
                enableWakeups();
            }
            case 4 -> control = control & 0xFF00 | octet & CONTROL_BITS;
            case 5 -> {
                control = control & 0xFF | octet << 8 & CONTROL_BITS;
                if ((octet << 8 & SLEEP_ENABLE) != 0) {
                    sleep(control >>> SLEEP_TYPE_SHIFT & 7);
                }
            }
            default -> {}
        }
    }

    private void enableWakeups() {
        machine.enableWakeup(WakeupCause.RTC, (enable & RTC_ALARM) != 0);
        machine.enableWakeup(WakeupCause.PM_TIMER, (enable & TIMER_OVERFLOW) != 0);
    }

    /** Sleep types as the DSDT gives them in \_S3, \_S4 and \_S5. */
    private void sleep(int type) {
        switch (type) {
            case SLEEP_SOFT_OFF, SLEEP_SUSPEND_TO_DISK -> machine.requestShutdown(true);
            case SLEEP_SUSPEND_TO_RAM -> machine.requestSuspend();
            default -> {}
        }
    }

    /** Hands the machine over to ACPI or takes it back, as the SMI command port is asked to. */
    void acpiMode(boolean on) {
        control = on ? control | CONTROL_SCI_ENABLE : control & ~CONTROL_SCI_ENABLE;
    }

    /** An event came: sets status bits. */
    void raise(int bits) {
        status |= bits;
        update();
    }

    /** A general purpose event came. */
    void raiseGpe(int event) {
        gpeStatus |= 1 << event;
        update();
    }

    private void noteOverflow() {
        if (pmTimer.ticks() >= nextOverflow) {
            status |= TIMER_OVERFLOW;
        }
    }

    private long followingOverflow() {
        return (pmTimer.ticks() / PmTimer.HALF_PERIOD + 1) * PmTimer.HALF_PERIOD;
    }

    private void update() {
        noteOverflow();
        sci.set((status & enable & ENABLE_BITS) != 0 || (gpeStatus & gpeEnable) != 0);
        if ((enable & TIMER_OVERFLOW) != 0 && (status & TIMER_OVERFLOW) == 0) {
            overflow.arm(PmTimer.nanosAt(nextOverflow));
        } else {
            overflow.disarm();
        }
    }

    /** Power-on values; status bits given are set, as after a wake-up. */
    void reset(int wakeStatus) {
        status = wakeStatus;
        enable = 0;
        control = 0;
        gpeStatus = 0;
        gpeEnable = 0;
        nextOverflow = followingOverflow();
        enableWakeups();
        update();
    }

    State save() {
        noteOverflow();
        return new State(status, enable, control, nextOverflow, gpeStatus, gpeEnable);
    }

    void restore(State state) {
        if (state.nextOverflow() > followingOverflow()) {
            throw new IllegalArgumentException("PM timer overflow at count %d".formatted(state.nextOverflow()));
        }
        status = state.status();
        enable = state.enable();
        control = state.control();
        nextOverflow = state.nextOverflow();
        gpeStatus = state.gpeStatus();
        gpeEnable = state.gpeEnable();
        enableWakeups();
        update();
    }

    void close() {
        overflow.disarm();
        sci.set(false);
    }
}
