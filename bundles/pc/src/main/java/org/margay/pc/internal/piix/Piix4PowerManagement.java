package org.margay.pc.internal.piix;

import java.util.ArrayList;
import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.WakeupCause;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.ConfigSpace;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;

/**
 * Function 3 of the 82371AB (PIIX4): ACPI power management and the SMBus host controller (datasheet 290562, section 7). The
 * register blocks appear where the PM base and SMBus base registers say, once enabled; the SMI command port of the chip set's
 * function 0 is here too, since it switches ACPI mode, and PCI hot-plug, which interrupts as one of its events. System management mode itself does not exist: the chip says that its
 * handler was installed already.
 */
public final class Piix4PowerManagement implements Device<Piix4PowerManagement.State> {
    /** First port of the general purpose event block, fixed as on QEMU's board. */
    public static final int GPE_PORT = 0xAFE0;

    /** Written to the SMI command port, hands the machine to ACPI. */
    public static final int ACPI_ENABLE = 0xF1;

    /** Written to the SMI command port, takes the machine back. */
    public static final int ACPI_DISABLE = 0xF0;

    /** The SMI command port; its status byte follows. */
    public static final int SMI_COMMAND_PORT = 0xB2;

    private static final int PM_BASE = 0x40;
    private static final int PM_ENABLE = 0x80;
    private static final int SMBUS_BASE = 0x90;
    private static final int SMBUS_CONFIG = 0xD2;
    private static final int APMC_ENABLE_BYTE = 0x5B;

    /**
     * What the guest can see.
     *
     * @param smiCommand last byte written to port 0xB2
     * @param smiStatus byte at port 0xB3
     */
    public record State(
            PciFunction.State pci,
            Pm1Registers.State pm1,
            SmbusHost.State smbus,
            PciHotplugController.State hotplug,
            int smiCommand,
            int smiStatus) {
        public State {
            if (pci == null || pm1 == null || smbus == null || hotplug == null || (smiCommand | smiStatus) >>> 8 != 0) {
                throw new IllegalArgumentException("PIIX4 power management: parts missing or out of range");
            }
        }
    }

    /** A block of ports that a base register places. */
    private final class PlacedBlock {
        private final MemoryRegion region;
        private int base = -1;

        PlacedBlock(MemoryRegion region) {
            this.region = region;
        }

        void place(int newBase) {
            if (newBase == base) {
                return;
            }
            if (base >= 0) {
                machine.portRoot().remove(region);
            }
            base = newBase;
            if (base >= 0) {
                machine.portRoot().add(region, base, 1);
            }
        }
    }

    private final Machine machine;
    private final PciBus bus;
    private final PciFunction pci = new PciFunction("PIIX4_PM", "", new PciIdentity(0x8086, 0x7113, 3, 0x068000, 1));
    private final Pm1Registers pm1;
    private final SmbusHost smbus;
    private final PciHotplugController hotplug;
    private final PlacedBlock pmBlock;
    private final PlacedBlock smbusBlock;
    private final List<MemoryRegion> fixedPorts = new ArrayList<>();
    private int smiCommand;
    private int smiStatus;
    private int wakeStatus;

    /**
     * Plugs the function and maps the fixed ports; registers for the power button and wake-ups.
     *
     * @param sci the system control interrupt: ISA interrupt 9
     */
    public Piix4PowerManagement(Machine machine, PciBus bus, PciSlot place, IrqLine sci) throws DeviceException {
        this.machine = machine;
        this.bus = bus;
        this.pm1 = new Pm1Registers(machine, machine.virtualClock(), sci);
        this.smbus = new SmbusHost();
        this.hotplug = new PciHotplugController(bus, () -> pm1.raiseGpe(PciHotplugController.EVENT));
        this.pmBlock = new PlacedBlock(MemoryRegion.io("piix4-pm", 64, AccessSizes.UP_TO_4, pm1.pm1Block()));
        this.smbusBlock = new PlacedBlock(MemoryRegion.io("pm-smbus", 16, AccessSizes.BYTE, smbus));
        declareRegisters();
        bus.plug(pci, place);
        map(MemoryRegion.io("acpi-gpe0", 4, AccessSizes.UP_TO_4, pm1.gpeBlock()), GPE_PORT);
        map(
                MemoryRegion.io("acpi-pci-hotplug", PciHotplugController.SIZE, AccessSizes.ONLY_4, hotplug),
                PciHotplugController.PORT);
        map(MemoryRegion.io("apm-io", 2, AccessSizes.BYTE, smiPorts()), SMI_COMMAND_PORT);
        machine.onPowerButton(() -> pm1.raise(Pm1Registers.POWER_BUTTON));
        machine.onWakeup(this::wake);
        machine.onFirstInstruction(hotplug::started);
    }

    /** Who tells the guest of cards that come and go. */
    public PciHotplugController hotplug() {
        return hotplug;
    }

    private void map(MemoryRegion region, int port) {
        machine.portRoot().add(region, port);
        fixedPorts.add(region);
    }

    private void declareRegisters() {
        ConfigSpace config = pci.config();
        config.set(PciRegister.STATUS, 2, 0x0280);
        declare(PM_BASE, 4, 0x0000_0001, 0x0000_FFC0);
        declare(0x44, 4, 0, 0xFFFF_FFFF);
        declare(0x48, 4, 0, 0xFFFF_FFFF);
        declare(0x4C, 4, 0, 0xFFFF_FFFF);
        for (int register = 0x50; register < 0x80; register += 4) {
            declare(register, 4, 0, 0xFFFF_FFFF);
        }
        declare(APMC_ENABLE_BYTE, 1, 0x02, 0xFF);
        declare(PM_ENABLE, 1, 0, 0x01);
        declare(SMBUS_BASE, 4, 0x0000_0001, 0x0000_FFF0);
        declare(SMBUS_CONFIG, 1, 0, 0x0F);
        declare(0xD3, 3, 0, 0xFF_FFFF);
        pci.onConfigWrite((_, _) -> placeBlocks());
        pci.fixed();
    }

    private void declare(int offset, int size, int initial, int writable) {
        pci.config().set(offset, size, initial);
        pci.config().writable(offset, size, writable);
    }

    private void placeBlocks() {
        ConfigSpace config = pci.config();
        pmBlock.place((config.getByte(PM_ENABLE) & 1) != 0 ? config.getWord(PM_BASE) & 0xFFC0 : -1);
        smbusBlock.place((config.getByte(SMBUS_CONFIG) & 1) != 0 ? config.getWord(SMBUS_BASE) & 0xFFF0 : -1);
    }

    private IoHandler smiPorts() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return offset == 0 ? smiCommand : smiStatus;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (offset == 1) {
                    smiStatus = (int) value;
                    return;
                }
                smiCommand = (int) value;
                switch (smiCommand) {
                    case ACPI_ENABLE -> pm1.acpiMode(true);
                    case ACPI_DISABLE -> pm1.acpiMode(false);
                    default -> {}
                }
            }
        };
    }

    /** The real-time clock's alarm went off. */
    public void rtcAlarm() {
        pm1.raise(Pm1Registers.RTC_ALARM);
        machine.requestWakeup(WakeupCause.RTC);
    }

    /** A general purpose event of the board, 0 to 15: hot-plug and the like. */
    public void raiseGpe(int event) {
        pm1.raiseGpe(event);
    }

    private void wake(WakeupCause cause) {
        wakeStatus = Pm1Registers.WAKE
                | switch (cause) {
                    case OTHER -> Pm1Registers.POWER_BUTTON;
                    case RTC -> Pm1Registers.RTC_ALARM;
                    case PM_TIMER -> Pm1Registers.TIMER_OVERFLOW;
                };
    }

    @Override
    public void reset() {
        pci.reset();
        placeBlocks();
        pm1.reset(wakeStatus);
        wakeStatus = 0;
        smbus.reset();
        hotplug.reset();
        smiCommand = 0;
        smiStatus = 0;
    }

    @Override
    public State save() {
        return new State(pci.save(), pm1.save(), smbus.save(), hotplug.save(), smiCommand, smiStatus);
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci());
        placeBlocks();
        pm1.restore(state.pm1());
        smbus.restore(state.smbus());
        hotplug.restore(state.hotplug());
        smiCommand = state.smiCommand();
        smiStatus = state.smiStatus();
    }

    @Override
    public void close() {
        hotplug.close();
        pm1.close();
        pmBlock.place(-1);
        smbusBlock.place(-1);
        fixedPorts.forEach(machine.portRoot()::remove);
        bus.unplug(pci);
    }
}
