package org.margay.firmware.internal.setup;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.margay.firmware.internal.acpi.AcpiTables;
import org.margay.firmware.internal.acpi.Hardware;
import org.margay.firmware.internal.acpi.TableSet;
import org.margay.firmware.internal.boot.CpuStart;
import org.margay.firmware.internal.boot.DirectKernel;
import org.margay.firmware.internal.boot.ImageException;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.firmware.internal.table.MpTable;
import org.margay.firmware.internal.table.Smbios;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pci.PciBus;
import org.margay.pci.PciSlot;

/**
 * The firmware without a BIOS: when the guest is about to run after a reset, it does the power-on work from Java and leaves the
 * first processor at the entry of a kernel. Woken from S3, the guest finds chips set up again and goes on at its waking vector.
 */
public final class BuiltInFirmware {
    private static final PciSlot HOST_BRIDGE = new PciSlot(0, 0);
    private static final int PAM0 = 0x59;
    private static final int SHADOW_WRITABLE = 0x30;
    private static final int SHADOW_READ_ONLY = 0x10;

    private final Machine machine;
    private final AddressSpace memory;
    private final PciBus bus;
    private final MemoryLayout layout;
    private final Optional<UUID> uuid;
    private final @Nullable DirectKernel kernel;
    private final ChipSetup chips;
    private boolean waking;

    /**
     * Maps the ROM and takes part in starts and wake-ups from now on.
     *
     * @param kernel what to start, or empty to halt after power-on
     */
    public BuiltInFirmware(
            Machine machine, PciBus bus, MemoryLayout layout, Optional<UUID> uuid, Optional<DirectKernel> kernel) {
        this.machine = machine;
        this.memory = machine.memory();
        this.bus = bus;
        this.layout = layout;
        this.uuid = uuid;
        this.kernel = kernel.orElse(null);
        this.chips = new ChipSetup(machine.ports());
        mapRom();
        machine.onWakeup(_ -> waking = true);
        machine.onFirstInstruction(this::powerOn);
        kernel.ifPresent(file -> machine.onClose(file::close));
    }

    private void mapRom() {
        GuestRam rom = GuestRam.allocate("margay.rom", BiosSegment.SIZE);
        rom.copyIn(0, new BiosSegment().toBytes(), 0, BiosSegment.SIZE);
        machine.onClose(rom::close);
        bus.memory().add(MemoryRegion.rom("margay.rom", rom, 0, BiosSegment.SIZE), (1L << 32) - BiosSegment.SIZE);
        bus.memory().add(MemoryRegion.rom("isa-rom", rom, 0, BiosSegment.SIZE), MemoryLayout.BIOS_SEGMENT);
    }

    private void powerOn() {
        boolean wake = waking;
        waking = false;
        new PciSetup(bus, layout.lowRam()).run();
        chips.run();
        if (wake) {
            shadow(SHADOW_READ_ONLY);
            wakeUp();
            return;
        }
        Hardware hardware = HardwareProbe.look(machine, bus, layout);
        memory.write(0, BiosData.lowMemory(hardware.serialPorts()), 0, 0x500);
        byte[] extended = BiosData.extended();
        memory.write(MemoryLayout.EBDA, extended, 0, extended.length);
        long rsdp = writeTables(hardware);
        if (kernel != null && !machine.cpus().isEmpty()) {
            try {
                firstCpu().setRegisters(kernel.load(memory, rsdp));
            } catch (ImageException e) {
                machine.internalError("loading the kernel", e);
            }
        }
    }

    private VirtualCpu firstCpu() {
        return machine.cpus().getFirst();
    }

    private void wakeUp() {
        int vector = (int) memory.read(layout.tables() + AcpiTables.WAKING_VECTOR, 4);
        if (vector != 0 && vector < MemoryLayout.ONE_MIB && !machine.cpus().isEmpty()) {
            firstCpu().setRegisters(CpuStart.realMode(vector >>> 4, vector & 15));
        }
    }

    /** Puts all tables to their places; gives the address of the ACPI root pointer. */
    private long writeTables(Hardware hardware) {
        BiosSegment segment = new BiosSegment();
        TableSet acpi = AcpiTables.build(hardware);
        byte[] tables = acpi.tablesAt(layout.tables());
        if (tables.length > MemoryLayout.TABLES_SIZE) {
            throw new IllegalStateException("ACPI tables of %d bytes".formatted(tables.length));
        }
        memory.write(layout.tables(), tables, 0, tables.length);
        byte[] rootPointer = acpi.rsdpFor(layout.tables());
        int rsdp = segment.reserve(rootPointer.length);
        segment.write(rsdp, rootPointer);

        byte[] configuration = MpTable.configuration(hardware.cpus(), hardware.wires());
        int pointer = segment.reserve(MpTable.POINTER_SIZE);
        int configurationAddress = segment.reserve(configuration.length);
        segment.write(pointer, MpTable.pointer(configurationAddress));
        segment.write(configurationAddress, configuration);

        Smbios.Tables smbios = Smbios.build(layout, hardware.cpus(), uuid);
        int entryPoint = segment.reserve(Smbios.ENTRY_POINT_SIZE);
        int structures = segment.reserve(smbios.content().length);
        segment.write(entryPoint, smbios.entryPoint(structures));
        segment.write(structures, smbios.content());

        shadow(SHADOW_WRITABLE);
        memory.write(MemoryLayout.BIOS_SEGMENT, segment.toBytes(), 0, BiosSegment.SIZE);
        shadow(SHADOW_READ_ONLY);
        return rsdp;
    }

    private void shadow(int attributes) {
        bus.writeConfig(bus.number(), HOST_BRIDGE.devfn(), PAM0, 1, attributes);
    }
}
