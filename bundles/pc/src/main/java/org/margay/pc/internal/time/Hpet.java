package org.margay.pc.internal.time;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * High precision event timers (IA-PC HPET specification 1.0a): a 64-bit counter at 100 MHz and three comparators. Comparators
 * interrupt by the I/O APIC or, in legacy replacement, in place of PIT and RTC; front side bus messages are not offered.
 */
public final class Hpet implements Device<Hpet.State>, IoHandler {
    /** Default address, 1 KiB. */
    public static final long BASE = 0xFED0_0000L;

    public static final int TIMERS = 3;

    /** Nanoseconds in a tick of the main counter. */
    private static final long TICK = 10;

    private static final long FEMTOSECONDS = TICK * 1_000_000;
    /** Shortest period that is served in full, 10 microseconds. */
    private static final long MIN_PERIOD = 1000;

    private static final long MAX_TICKS = Long.MAX_VALUE / TICK;

    private static final int CAPABILITIES = 0x000;
    private static final int CONFIGURATION = 0x010;
    private static final int INTERRUPT_STATUS = 0x020;
    private static final int MAIN_COUNTER = 0x0F0;
    private static final int FIRST_TIMER = 0x100;
    private static final int TIMER_SIZE = 0x20;
    private static final int TIMER_CONFIGURATION = 0x00;
    private static final int TIMER_COMPARATOR = 0x08;

    /** Period, vendor 8086h, legacy replacement, 64-bit counter, highest timer 2, revision 1 (section 2.3.4). */
    private static final long CAPABILITY_BITS =
            FEMTOSECONDS << 32 | 0x8086L << 16 | 1 << 15 | 1 << 13 | TIMERS - 1 << 8 | 1;

    private static final long ENABLE = 1;
    private static final long LEGACY = 2;

    private static final long LEVEL = 1 << 1;
    private static final long INTERRUPTS = 1 << 2;
    private static final long PERIODIC = 1 << 3;
    private static final long SET_VALUE = 1 << 6;
    private static final long FORCE_32_BITS = 1 << 8;
    private static final long ROUTE = 0x1F << 9;
    private static final long TIMER_WRITABLE = LEVEL | INTERRUPTS | PERIODIC | SET_VALUE | FORCE_32_BITS | ROUTE;
    /** Periodic and 64 bits wide; I/O APIC pins 2 and 16 to 23 can be chosen (section 2.3.8). */
    private static final long TIMER_CAPABILITIES = 0x00FF_0004L << 32 | 1 << 5 | 1 << 4;

    private static final int PINS = 24;

    /**
     * One comparator.
     *
     * @param configuration the writable bits
     * @param comparator as the guest reads it
     * @param period value last written, in ticks; used in periodic mode
     * @param next value of the main counter at which it fires next, as a count that does not wrap, or -1
     */
    public record TimerState(long configuration, long comparator, long period, long next) {
        public TimerState {
            if ((configuration & ~TIMER_WRITABLE) != 0 || next < -1 || next > MAX_TICKS) {
                throw new IllegalArgumentException("HPET timer");
            }
        }
    }

    /**
     * What the guest can see.
     *
     * @param configuration general configuration register
     * @param status general interrupt status register
     * @param counter main counter's value while it stands, else its value at {@code since}
     * @param since virtual nanoseconds when the counter was started
     */
    public record State(long configuration, int status, long counter, long since, List<TimerState> timers) {
        public State {
            timers = List.copyOf(timers);
            if ((configuration & ~(ENABLE | LEGACY)) != 0
                    || (status & -1 << TIMERS) != 0
                    || since < 0
                    || timers.size() != TIMERS) {
                throw new IllegalArgumentException("HPET");
            }
        }
    }

    /** A comparator and its wire. */
    private final class Comparator {
        final int number;
        final Timer timer = clock.timer(this::due);
        long configuration;
        long comparator = -1;
        long period;
        long next = -1;

        Comparator(int number) {
            this.number = number;
        }

        boolean is(long bit) {
            return (configuration & bit) != 0;
        }

        long mask() {
            return is(FORCE_32_BITS) ? 0xFFFF_FFFFL : -1L;
        }

        /** The line that it drives now, or -1. */
        int line() {
            if (legacy() && number < 2) {
                return number == 0 ? 0 : 8;
            }
            int route = (int) ((configuration & ROUTE) >> 9);
            return route < PINS && (TIMER_CAPABILITIES >>> 32 + route & 1) != 0 ? route : -1;
        }

        void due() {
            if (next < 0) {
                return;
            }
            long step = period & mask();
            if (is(PERIODIC) && step != 0) {
                // Firings that were slept over, or that come faster than anyone could serve them, are not made up for.
                long behind = Math.max(0, ticksSinceStart() - next) + (step > 0 && step < MIN_PERIOD ? MIN_PERIOD : 0);
                long steps = Long.divideUnsigned(behind, step) + 1;
                comparator = comparator + steps * step & mask();
                next = step < 0 || steps > (MAX_TICKS - next) / step ? -1 : next + steps * step;
            } else {
                next = is(FORCE_32_BITS) && next <= MAX_TICKS - (1L << 32) ? next + (1L << 32) : -1;
            }
            fire();
            arm();
        }

        private void fire() {
            if (is(LEVEL)) {
                status |= 1 << number;
                drive();
            } else if (is(INTERRUPTS) && line() >= 0) {
                lines.get(line()).pulse();
            }
        }

        /** Finds the next match of comparator and counter. */
        void schedule() {
            next = -1;
            if (enabled()) {
                long distance = comparator - mainCounter() & mask();
                if (distance == 0 && is(FORCE_32_BITS)) {
                    distance = 1L << 32;
                }
                long ticks = ticksSinceStart();
                if (distance > 0 && distance <= MAX_TICKS - ticks) {
                    next = ticks + distance;
                }
            }
            arm();
        }

        /** Timers that may not interrupt are not run: nothing of them can be seen but what {@link #catchUp} sets right. */
        void arm() {
            long deadline = next > (MAX_TICKS - since / TICK - 1) ? Timer.NEVER : since + next * TICK;
            timer.arm(next < 0 || !is(INTERRUPTS) && !is(LEVEL) ? Timer.NEVER : deadline);
        }

        /** Moves a periodic comparator on that fired nothing. */
        void catchUp() {
            if (next >= 0 && next < ticksSinceStart()) {
                due();
            }
        }
    }

    private final MemoryRegion memory;
    private final Clock clock;
    private final Consumer<Boolean> legacyReplacement;
    private final List<IrqLine> lines = new ArrayList<>();
    private final List<Comparator> comparators = new ArrayList<>();
    private final MemoryRegion region = MemoryRegion.io("hpet", 0x400, AccessSizes.UP_TO_8, this);

    private long configuration;
    private int status;
    private long counter;
    private long since;

    /**
     * Maps the registers at {@link #BASE}.
     *
     * @param lines makes an own wire to a global system interrupt, 0 to 23
     * @param legacyReplacement told when PIT and RTC are cut off their interrupts, and when they get them back
     */
    public Hpet(MemoryRegion memory, Clock clock, IntFunction<IrqLine> lines, Consumer<Boolean> legacyReplacement) {
        this.memory = memory;
        this.clock = clock;
        this.legacyReplacement = legacyReplacement;
        for (int i = 0; i < PINS; i++) {
            this.lines.add(lines.apply(i));
        }
        for (int i = 0; i < TIMERS; i++) {
            comparators.add(new Comparator(i));
        }
        memory.add(region, BASE);
    }

    private boolean enabled() {
        return (configuration & ENABLE) != 0;
    }

    private boolean legacy() {
        return (configuration & LEGACY) != 0;
    }

    private long ticksSinceStart() {
        return enabled() ? Math.max(0, clock.nanos() - since) / TICK : 0;
    }

    private long mainCounter() {
        return counter + ticksSinceStart();
    }

    /** Drives all lines by level-triggered timers whose status is set. */
    private void drive() {
        int high = 0;
        for (Comparator each : comparators) {
            if ((status & 1 << each.number) != 0 && each.is(LEVEL) && each.is(INTERRUPTS) && each.line() >= 0) {
                high |= 1 << each.line();
            }
        }
        for (int i = 0; i < PINS; i++) {
            lines.get(i).set((high & 1 << i) != 0);
        }
    }

    @Override
    public long read(long offset, int size) {
        return readRegister((int) offset & ~7) >>> 8 * (offset & 7);
    }

    private long readRegister(int register) {
        if (register >= FIRST_TIMER && register < FIRST_TIMER + TIMERS * TIMER_SIZE) {
            Comparator timer = comparators.get((register - FIRST_TIMER) / TIMER_SIZE);
            timer.catchUp();
            return switch ((register - FIRST_TIMER) % TIMER_SIZE) {
                case TIMER_CONFIGURATION -> timer.configuration | TIMER_CAPABILITIES;
                case TIMER_COMPARATOR -> timer.comparator;
                default -> 0;
            };
        }
        return switch (register) {
            case CAPABILITIES -> CAPABILITY_BITS;
            case CONFIGURATION -> configuration;
            case INTERRUPT_STATUS -> status;
            case MAIN_COUNTER -> mainCounter();
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        int register = (int) offset & ~7;
        int shift = (int) (8 * (offset & 7));
        long mask = (-1L >>> 64 - 8 * size) << shift;
        long old = register == INTERRUPT_STATUS ? 0 : readRegister(register);
        long merged = old & ~mask | value << shift & mask;
        if (register >= FIRST_TIMER && register < FIRST_TIMER + TIMERS * TIMER_SIZE) {
            Comparator timer = comparators.get((register - FIRST_TIMER) / TIMER_SIZE);
            switch ((register - FIRST_TIMER) % TIMER_SIZE) {
                case TIMER_CONFIGURATION -> configure(timer, merged);
                case TIMER_COMPARATOR -> setComparator(timer, merged, value << shift & mask, mask);
                default -> {
                    // FSB routes are not offered.
                }
            }
            return;
        }
        switch (register) {
            case CONFIGURATION -> configure(merged & (ENABLE | LEGACY));
            case INTERRUPT_STATUS -> {
                status &= ~(int) merged;
                drive();
            }
            case MAIN_COUNTER -> {
                if (!enabled()) {
                    counter = merged;
                }
            }
            default -> {
                // Reserved or read-only.
            }
        }
    }

    private void configure(long value) {
        boolean wasEnabled = enabled();
        boolean wasLegacy = legacy();
        long now = mainCounter();
        configuration = value;
        if (wasEnabled != enabled()) {
            counter = now;
            since = clock.nanos();
            comparators.forEach(Comparator::schedule);
        }
        if (wasLegacy != legacy()) {
            legacyReplacement.accept(legacy());
        }
        drive();
    }

    private void configure(Comparator timer, long value) {
        timer.configuration = value & TIMER_WRITABLE;
        if (timer.is(FORCE_32_BITS)) {
            timer.comparator &= 0xFFFF_FFFFL;
        }
        if (!timer.is(LEVEL)) {
            status &= ~(1 << timer.number);
        }
        timer.schedule();
        drive();
    }

    /** Section 2.3.9.2.2: in periodic mode a write sets the period, and the comparator too after bit "value set". */
    private void setComparator(Comparator timer, long merged, long written, long mask) {
        if (timer.is(PERIODIC)) {
            timer.period = (timer.period & ~mask | written) & timer.mask();
        }
        if (!timer.is(PERIODIC) || timer.is(SET_VALUE)) {
            timer.comparator = merged & timer.mask();
            timer.configuration &= ~SET_VALUE;
            timer.schedule();
        }
    }

    /** Counter stopped at zero, comparators all ones, nothing enabled (section 2.3.3 and following). */
    @Override
    public void reset() {
        boolean wasLegacy = legacy();
        configuration = 0;
        status = 0;
        counter = 0;
        since = 0;
        for (Comparator each : comparators) {
            each.configuration = 0;
            each.comparator = -1;
            each.period = 0;
            each.schedule();
        }
        drive();
        if (wasLegacy) {
            legacyReplacement.accept(false);
        }
    }

    @Override
    public State save() {
        comparators.forEach(Comparator::catchUp);
        return new State(
                configuration,
                status,
                counter,
                since,
                comparators.stream()
                        .map(each -> new TimerState(each.configuration, each.comparator, each.period, each.next))
                        .toList());
    }

    @Override
    public void restore(State state) {
        if (state.since > clock.nanos()) {
            throw new IllegalArgumentException("HPET started later than now");
        }
        configuration = state.configuration;
        status = state.status;
        counter = state.counter;
        since = state.since;
        for (Comparator each : comparators) {
            TimerState saved = state.timers.get(each.number);
            each.configuration = saved.configuration;
            each.comparator = saved.comparator;
            each.period = saved.period;
            each.next = enabled() ? saved.next : -1;
            each.arm();
        }
        drive();
        legacyReplacement.accept(legacy());
    }

    @Override
    public void close() {
        memory.remove(region);
        comparators.forEach(each -> each.timer.disarm());
        lines.forEach(line -> line.set(false));
        if (legacy()) {
            legacyReplacement.accept(false);
        }
    }
}
