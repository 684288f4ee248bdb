package org.margay.watchdog.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "i6300esb": the watchdog of the Intel 6300ESB I/O controller hub (datasheet 300641, chapter 16 "Watchdog Timer"). A counter
 * on the PCI clock runs through two stages; the end of the first is noted, that of the second pulls WDT_OUT. On this board WDT_OUT
 * takes the action that the user chose; the interrupts of the first stage, to a second I/O APIC or to system management mode, lead
 * nowhere.
 */
@Component(service = DeviceDriver.class)
@DriverName("i6300esb")
public final class I6300esb implements DeviceDriver<I6300esb.Properties, I6300esb.State> {
    /** Class "other system peripheral", no PCI interrupt. */
    private static final PciIdentity IDENTITY = new PciIdentity(0x8086, 0x25AB, 0, 0x08_80_00, 0);

    /** WDT configuration register, 16 bits. */
    private static final int CONFIGURATION = 0x60;
    /** Interrupt type in bits 0 and 1, which leads nowhere. */
    private static final int CONFIGURATION_WRITABLE = 0x27;
    /** The counter runs at some 1 MHz instead of 1 kHz. */
    private static final int FAST = 1 << 2;

    private static final int OUTPUT_DISABLED = 1 << 5;

    /** WDT lock register, 8 bits. */
    private static final int LOCK = 0x68;

    private static final int LOCKED = 1;
    private static final int ENABLED = 1 << 1;
    /** The counter starts again by itself, and has one stage only. */
    private static final int FREE_RUNNING = 1 << 2;

    private static final int PRELOAD_1 = 0x00;
    private static final int PRELOAD_2 = 0x04;
    private static final int INTERRUPT_STATUS = 0x08;
    private static final int RELOAD = 0x0C;
    private static final int BAR_SIZE = 0x10;

    private static final int PRELOAD_BITS = 20;
    private static final int PRELOAD_MASK = (1 << PRELOAD_BITS) - 1;
    private static final int INTERRUPT_ACTIVE = 1;
    private static final int RELOADS = 1 << 8;
    private static final int TIMED_OUT = 1 << 9;

    /** Written one after the other they let through one write to a preload or reload register. */
    private static final int FIRST_KEY = 0x80;

    private static final int SECOND_KEY = 0x86;

    private static final long PCI_MEGAHERTZ = 33;
    private static final int SLOW_SHIFT = 15;
    private static final int FAST_SHIFT = 5;
    /** Nanoseconds of the shortest stage that is served in full: nobody feeds a watchdog more often. */
    private static final long SHORTEST = 1_000_000;

    /**
     * The properties.
     *
     * @param pci where it is plugged
     */
    public record Properties(PciProperties pci) {}

    /**
     * What the guest can see.
     *
     * @param preload1 first preload register, 20 bits
     * @param preload2 second preload register, 20 bits
     * @param keys how many of the two keys the guest has written
     * @param secondStage whether the counter is in its second stage
     * @param interrupt the end of a first stage was noted
     * @param timedOut the end of a second stage was noted
     * @param deadline virtual nanoseconds at which the stage ends, or {@link Timer#NEVER} when the counter stands
     */
    public record State(
            PciFunction.State pci,
            int preload1,
            int preload2,
            int keys,
            boolean secondStage,
            boolean interrupt,
            boolean timedOut,
            long deadline) {
        public State {
            if (pci == null
                    || (preload1 & ~PRELOAD_MASK) != 0
                    || (preload2 & ~PRELOAD_MASK) != 0
                    || keys < 0
                    || keys > 2
                    || deadline < 0) {
                throw new IllegalArgumentException("i6300esb");
            }
        }
    }

    @Override
    public String name() {
        return "i6300esb";
    }

    @Override
    public String description() {
        return "Intel 6300ESB";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        PciBus bus = (PciBus) context.bus();
        Watchdog watchdog =
                new Watchdog(new PciFunction(name(), context.id().orElse(""), IDENTITY), bus, context.machine());
        if (properties.pci().romfile() != null) {
            ExpansionRom.add(watchdog.pci, properties.pci(), 0);
        }
        properties.pci().plug(watchdog.pci, bus);
        return watchdog;
    }

    /** The device. */
    private static final class Watchdog implements PciDevice<State>, IoHandler {
        private final PciFunction pci;
        private final PciBus bus;
        private final Machine machine;
        private final Timer timer;
        private int preload1 = PRELOAD_MASK;
        private int preload2 = PRELOAD_MASK;
        private int keys;
        private boolean secondStage;
        private boolean interrupt;
        private boolean timedOut;
        /** As the lock register said when it was last looked at. */
        private boolean enabled;

        Watchdog(PciFunction pci, PciBus bus, Machine machine) {
            this.pci = pci;
            this.bus = bus;
            this.machine = machine;
            this.timer = machine.virtualClock().timer(this::stageEnds);
            pci.config().writable(CONFIGURATION, 2, CONFIGURATION_WRITABLE);
            lookAtLock();
            pci.addBar(new PciBar(
                    0, PciBar.Kind.MEMORY, MemoryRegion.io("i6300esb", BAR_SIZE, AccessSizes.UP_TO_4, this)));
            pci.onConfigWrite((_, _) -> configured());
        }

        @Override
        public PciFunction pci() {
            return pci;
        }

        private boolean configuration(int bit) {
            return (pci.config().getWord(CONFIGURATION) & bit) != 0;
        }

        private boolean lock(int bit) {
            return (pci.config().getByte(LOCK) & bit) != 0;
        }

        /** Once locked, the register keeps its value until the next reset. */
        private void lookAtLock() {
            enabled = lock(ENABLED);
            pci.config().writable(LOCK, 1, lock(LOCKED) ? 0 : LOCKED | ENABLED | FREE_RUNNING);
        }

        private void configured() {
            boolean wasEnabled = enabled;
            lookAtLock();
            if (!enabled) {
                timer.disarm();
            } else if (!wasEnabled) {
                start();
            }
        }

        private void start() {
            enter(lock(FREE_RUNNING));
        }

        private void enter(boolean second) {
            secondStage = second;
            timer.arm(machine.virtualClock().nanos() + length(second ? preload2 : preload1));
        }

        /** Nanoseconds of a stage: zero is counted, too. */
        private long length(int preload) {
            long ticks = (preload + 1L) << (configuration(FAST) ? FAST_SHIFT : SLOW_SHIFT);
            return Math.max(SHORTEST, ticks * 1000 / PCI_MEGAHERTZ);
        }

        private void stageEnds() {
            if (!secondStage) {
                interrupt = true;
                enter(true);
                return;
            }
            timedOut = true;
            if (lock(FREE_RUNNING)) {
                start();
            }
            if (!configuration(OUTPUT_DISABLED)) {
                Expiry.act(machine);
            }
        }

        @Override
        public long read(long offset, int size) {
            return register((int) offset & ~3) >>> (8 * (offset & 3));
        }

        private long register(int register) {
            return switch (register) {
                case PRELOAD_1 -> preload1;
                case PRELOAD_2 -> preload2;
                case INTERRUPT_STATUS -> interrupt ? INTERRUPT_ACTIVE : 0;
                case RELOAD -> timedOut ? TIMED_OUT : 0;
                default -> 0;
            };
        }

        @Override
        public void write(long offset, int size, long value) {
            int shift = 8 * (int) (offset & 3);
            int mask = (int) ((-1L >>> (64 - 8 * size)) << shift);
            int bits = (int) (value << shift);
            switch ((int) offset & ~3) {
                case PRELOAD_1 -> preload1 = unlocked() ? preload(preload1, mask, bits) : preload1;
                case PRELOAD_2 -> preload2 = unlocked() ? preload(preload2, mask, bits) : preload2;
                case INTERRUPT_STATUS -> interrupt &= (bits & INTERRUPT_ACTIVE) == 0;
                case RELOAD -> writeReload(bits);
                default -> {}
            }
        }

        private static int preload(int old, int mask, int bits) {
            return ((old & ~mask) | bits) & PRELOAD_MASK;
        }

        /** Uses the keys up. */
        private boolean unlocked() {
            boolean both = keys == 2;
            keys = 0;
            return both;
        }

        private void writeReload(int bits) {
            if (bits == FIRST_KEY) {
                keys = 1;
            } else if (bits == SECOND_KEY && keys == 1) {
                keys = 2;
            } else if (unlocked()) {
                timedOut &= (bits & TIMED_OUT) == 0;
                if ((bits & RELOADS) != 0 && enabled) {
                    start();
                }
            }
        }

        /** All but the note of a timeout, which a battery keeps for the system that comes up next. */
        @Override
        public void reset() {
            pci.reset();
            lookAtLock();
            timer.disarm();
            preload1 = PRELOAD_MASK;
            preload2 = PRELOAD_MASK;
            keys = 0;
            secondStage = false;
            interrupt = false;
        }

        @Override
        public State save() {
            return new State(pci.save(), preload1, preload2, keys, secondStage, interrupt, timedOut, timer.deadline());
        }

        @Override
        public void restore(State state) {
            pci.restore(state.pci);
            lookAtLock();
            if (state.deadline != Timer.NEVER) {
                long left = state.deadline - machine.virtualClock().nanos();
                if (!enabled || left > (1L << (PRELOAD_BITS + SLOW_SHIFT)) * 1000 / PCI_MEGAHERTZ) {
                    throw new IllegalArgumentException("watchdog expires when it can't");
                }
            }
            preload1 = state.preload1;
            preload2 = state.preload2;
            keys = state.keys;
            secondStage = state.secondStage;
            interrupt = state.interrupt;
            timedOut = state.timedOut;
            timer.arm(state.deadline);
        }

        @Override
        public void close() {
            timer.disarm();
            bus.unplug(pci);
        }
    }
}
