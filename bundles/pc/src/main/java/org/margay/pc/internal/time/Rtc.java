package org.margay.pc.internal.time;

import static org.margay.pc.internal.time.CalendarRegisters.HOURS_ALARM;
import static org.margay.pc.internal.time.CalendarRegisters.MINUTES_ALARM;
import static org.margay.pc.internal.time.CalendarRegisters.SECONDS_ALARM;

import java.util.function.LongConsumer;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * Real-time clock and CMOS memory: Motorola MC146818 (data sheet ADI-1026) with 128 bytes, at ports 70h (index) and 71h (data).
 * Its time is that of a clock plus an offset, so nothing ticks unless the guest wants an interrupt for it.
 */
public final class Rtc implements Device<Rtc.State>, IoHandler {
    public static final int SIZE = 128;

    static final int REGISTER_A = 0x0A;
    static final int REGISTER_B = 0x0B;
    static final int REGISTER_C = 0x0C;
    static final int REGISTER_D = 0x0D;

    private static final int A_UPDATE_IN_PROGRESS = 0x80;
    private static final int A_DIVIDER = 0x70;
    private static final int A_DIVIDER_32KHZ = 0x20;
    private static final int A_RATE = 0x0F;
    private static final int B_SET = 0x80;
    private static final int B_BINARY = 0x04;
    private static final int B_24_HOURS = 0x02;
    /** PIE, AIE, UIE: at the same bits as the flags PF, AF, UF of register C. */
    private static final int INTERRUPTS = 0x70;

    private static final int PERIODIC = 0x40;
    private static final int ALARM = 0x20;
    private static final int UPDATE = 0x10;
    private static final int C_IRQF = 0x80;
    private static final int D_VALID = 0x80;
    private static final int DO_NOT_CARE = 0xC0;

    private static final long SECOND = 1_000_000_000L;
    /** UIP is set 244 us before the update cycle, which takes 1984 us (data sheet, table 5). */
    private static final long UPDATE_NANOS = (244 + 1984) * 1000L;
    /** Saved states are refused when their time is further off than the registers can say. */
    private static final long MAX_OFFSET = 1L << 42;

    /**
     * What the guest can see.
     *
     * @param index of the register that port 71h reaches
     * @param registers all 128 bytes; the time registers count only while {@code frozen}
     * @param frozen the clock is stopped by SET or the divider, the time is in the registers
     * @param phase nanoseconds, less than a second, from the clock's to the guest's full seconds
     * @param offset seconds to add to clock plus phase to get the guest's time since 1970
     * @param weekdayShift days by which the guest set the weekday off
     * @param checked clock plus phase up to which flags are known
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record State(
            int index, byte[] registers, boolean frozen, long phase, long offset, int weekdayShift, long checked) {
        public State {
            if ((index & -SIZE) != 0 || registers.length != SIZE || weekdayShift < 0 || weekdayShift > 6) {
                throw new IllegalArgumentException("MC146818");
            }
            if (phase < 0 || phase >= SECOND || offset < -MAX_OFFSET || offset > MAX_OFFSET) {
                throw new IllegalArgumentException("MC146818 time");
            }
            if ((registers[REGISTER_A] & A_UPDATE_IN_PROGRESS) != 0
                    || (registers[REGISTER_C] & 0x0F) != 0
                    || (registers[REGISTER_D] & 0xFF) != D_VALID) {
                throw new IllegalArgumentException("MC146818 register with bits that are never set");
            }
            registers = registers.clone();
        }
    }

    private final MemoryRegion ports;
    private final Clock clock;
    private final long originalOffset;
    private final IrqLine irq;
    private final LongConsumer timeSet;
    private final Runnable alarmed;
    private final Timer timer;
    private final MemoryRegion region = MemoryRegion.io("rtc", 2, AccessSizes.BYTE, this);

    private final byte[] registers = new byte[SIZE];
    private int index;
    private boolean frozen;
    private long phase;
    private long offset;
    private int weekdayShift;
    private long checked;

    /**
     * Maps the registers.
     *
     * @param clock what makes it tick
     * @param offset nanoseconds to add to the clock's to get the time since 1970 that the guest shall see
     * @param timeSet told when the guest sets the time: seconds by which it is ahead of what it would have been
     * @param alarmed told when an alarm interrupt comes: it wakes a suspended machine
     */
    public Rtc(MemoryRegion ports, Clock clock, long offset, IrqLine irq, LongConsumer timeSet, Runnable alarmed) {
        this.ports = ports;
        this.clock = clock;
        this.originalOffset = Math.floorDiv(offset, SECOND);
        this.offset = originalOffset;
        this.phase = Math.floorMod(offset, SECOND);
        this.irq = irq;
        this.timeSet = timeSet;
        this.alarmed = alarmed;
        this.timer = clock.timer(this::update);
        registers[REGISTER_A] = A_DIVIDER_32KHZ | 6;
        registers[REGISTER_B] = B_24_HOURS;
        registers[REGISTER_D] = (byte) D_VALID;
        checked = now();
        ports.add(region, 0x70);
    }

    /** Puts a byte into the CMOS memory: what the BIOS of the board wants to find. */
    public void setMemory(int address, int value) {
        registers[address] = (byte) value;
    }

    /** The guest's time in seconds since 1970. */
    public long guestSecond() {
        return frozen ? format().load(registers) : Math.floorDiv(now(), SECOND) + offset;
    }

    /** Nanoseconds in step with the guest's full seconds. */
    private long now() {
        return clock.nanos() + phase;
    }

    private CalendarRegisters format() {
        return new CalendarRegisters(
                (registers[REGISTER_B] & B_BINARY) != 0, (registers[REGISTER_B] & B_24_HOURS) != 0);
    }

    @Override
    public long read(long port, int size) {
        return port == 0 ? 0xFF : readRegister() & 0xFF;
    }

    private int readRegister() {
        if (CalendarRegisters.isTime(index)) {
            return timeRegisters()[index];
        }
        return switch (index) {
            case REGISTER_A -> registers[REGISTER_A] | (updating() ? A_UPDATE_IN_PROGRESS : 0);
            case REGISTER_C -> {
                check();
                int flags = registers[REGISTER_C];
                registers[REGISTER_C] = 0;
                update();
                yield flags;
            }
            default -> registers[index];
        };
    }

    private byte[] timeRegisters() {
        if (!frozen) {
            format().store(guestSecond(), weekdayShift, registers);
        }
        return registers;
    }

    private boolean updating() {
        return !frozen && Math.floorMod(now(), SECOND) >= SECOND - UPDATE_NANOS;
    }

    @Override
    public void write(long port, int size, long value) {
        if (port == 0) {
            // Bit 7 masks NMI on a PC; no source of NMI is wired to it here.
            index = (int) value & SIZE - 1;
            return;
        }
        check();
        if (CalendarRegisters.isTime(index)) {
            timeRegisters()[index] = (byte) value;
            if (!frozen) {
                setTime();
            }
        } else {
            writeControl((int) value);
        }
        update();
    }

    private void writeControl(int value) {
        switch (index) {
            case REGISTER_A -> {
                int kept = value & ~A_UPDATE_IN_PROGRESS;
                boolean started =
                        (registers[REGISTER_A] & A_DIVIDER) != A_DIVIDER_32KHZ && (kept & A_DIVIDER) == A_DIVIDER_32KHZ;
                freezeBy(kept, registers[REGISTER_B]);
                registers[REGISTER_A] = (byte) kept;
                if (started) {
                    // The first update comes half a second after the divider was started (data sheet, register A).
                    phase = Math.floorMod(SECOND / 2 - clock.nanos(), SECOND);
                    checked = now();
                }
                thawBy();
            }
            case REGISTER_B -> {
                // SET clears UIE (data sheet, register B).
                int kept = (value & B_SET) != 0 ? value & ~UPDATE : value;
                freezeBy(registers[REGISTER_A], kept);
                registers[REGISTER_B] = (byte) kept;
                thawBy();
            }
            case REGISTER_C, REGISTER_D -> {
                // Read-only.
            }
            default -> registers[index] = (byte) value;
        }
    }

    private static boolean stops(int registerA, int registerB) {
        return (registerB & B_SET) != 0 || (registerA & A_DIVIDER) != A_DIVIDER_32KHZ;
    }

    /** Stops the clock if registers of these values do: the time stays in the registers. */
    private void freezeBy(int registerA, int registerB) {
        if (!frozen && stops(registerA, registerB)) {
            timeRegisters();
            frozen = true;
        }
    }

    private void thawBy() {
        if (frozen && !stops(registers[REGISTER_A], registers[REGISTER_B])) {
            frozen = false;
            setTime();
        }
    }

    /** Goes on from the time in the registers, at the fraction of a second that it is now. */
    private void setTime() {
        CalendarRegisters format = format();
        long second = format.load(registers);
        weekdayShift = format.weekdayShift(second, registers);
        offset = second - Math.floorDiv(now(), SECOND);
        timeSet.accept(offset - originalOffset);
    }

    /** Nanoseconds between two periodic events, or 0 for none (data sheet, table 5). */
    private long periodTicks() {
        int rate = registers[REGISTER_A] & A_RATE;
        if (rate == 0) {
            return 0;
        }
        return 1L << (rate <= 2 ? rate + 7 : rate) - 1;
    }

    /** Ticks of the 32,768 Hz oscillator in a time. */
    private static long ticks(long nanos) {
        return Math.floorDiv(nanos, SECOND) * 32_768 + Math.floorMod(nanos, SECOND) * 32_768 / SECOND;
    }

    private static long nanosOfTick(long tick) {
        return Math.floorDiv(tick, 32_768L) * SECOND + (Math.floorMod(tick, 32_768L) * SECOND + 32_767) / 32_768;
    }

    /** Sets the flags of what has happened since the last check. */
    private void check() {
        long now = now();
        if (!frozen && now > checked) {
            long period = periodTicks();
            if (period != 0 && Math.floorDiv(ticks(now), period) != Math.floorDiv(ticks(checked), period)) {
                registers[REGISTER_C] |= PERIODIC;
            }
            if (Math.floorDiv(now, SECOND) != Math.floorDiv(checked, SECOND)) {
                registers[REGISTER_C] |= UPDATE;
                if ((registers[REGISTER_C] & ALARM) == 0 && nextAlarm(checked) <= now) {
                    registers[REGISTER_C] |= ALARM;
                    if ((registers[REGISTER_B] & ALARM) != 0) {
                        alarmed.run();
                    }
                }
            }
        }
        checked = now;
    }

    /** Checks, drives the interrupt and sets the timer for what the guest wants to be told of. */
    private void update() {
        check();
        boolean wanted = (registers[REGISTER_C] & registers[REGISTER_B] & INTERRUPTS) != 0;
        registers[REGISTER_C] = (byte) (registers[REGISTER_C] & INTERRUPTS | (wanted ? C_IRQF : 0));
        irq.set(wanted);
        arm();
    }

    private void arm() {
        int awaited = registers[REGISTER_B] & ~registers[REGISTER_C] & INTERRUPTS;
        long at = Long.MAX_VALUE;
        if (!frozen) {
            long period = periodTicks();
            if ((awaited & PERIODIC) != 0 && period != 0) {
                at = nanosOfTick((Math.floorDiv(ticks(checked), period) + 1) * period);
            }
            if ((awaited & UPDATE) != 0) {
                at = Math.min(at, (Math.floorDiv(checked, SECOND) + 1) * SECOND);
            }
            if ((awaited & ALARM) != 0) {
                at = Math.min(at, nextAlarm(checked));
            }
        }
        timer.arm(at == Long.MAX_VALUE ? Timer.NEVER : at - phase);
    }

    /** The first time after the given one at which the alarm registers match, or the end of time. */
    private long nextAlarm(long after) {
        CalendarRegisters format = format();
        long first = Math.floorDiv(after, SECOND) + 1;
        long end = first + 86_400;
        long second = first;
        while (second < end) {
            int ofDay = (int) Math.floorMod(second + offset, 86_400L);
            if (!matches(HOURS_ALARM) && !format.isHour(registers[HOURS_ALARM], ofDay / 3600)) {
                second += 3600 - ofDay % 3600;
            } else if (!matches(MINUTES_ALARM) && !format.isNumber(registers[MINUTES_ALARM], ofDay / 60 % 60)) {
                second += 60 - ofDay % 60;
            } else if (!matches(SECONDS_ALARM) && !format.isNumber(registers[SECONDS_ALARM], ofDay % 60)) {
                second++;
            } else {
                return second * SECOND;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Whether an alarm register matches whatever the time. */
    private boolean matches(int alarm) {
        return (registers[alarm] & DO_NOT_CARE) == DO_NOT_CARE;
    }

    /** RESET#: interrupts off, flags clear; time and memory stay (data sheet, "RESET"). */
    @Override
    public void reset() {
        check();
        index = 0;
        registers[REGISTER_B] &= ~(INTERRUPTS | 0x08);
        registers[REGISTER_C] = 0;
        update();
    }

    @Override
    public State save() {
        update();
        return new State(index, registers, frozen, phase, offset, weekdayShift, checked);
    }

    @Override
    public void restore(State state) {
        if (state.checked > clock.nanos() + state.phase) {
            throw new IllegalArgumentException("MC146818 time that is not yet");
        }
        System.arraycopy(state.registers, 0, registers, 0, SIZE);
        index = state.index;
        frozen = state.frozen;
        phase = state.phase;
        offset = state.offset;
        weekdayShift = state.weekdayShift;
        checked = state.checked;
        update();
    }

    @Override
    public void close() {
        ports.remove(region);
        timer.disarm();
        irq.set(false);
    }
}
