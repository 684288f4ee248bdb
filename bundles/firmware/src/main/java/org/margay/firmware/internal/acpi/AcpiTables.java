package org.margay.firmware.internal.acpi;

import java.util.ArrayList;
import java.util.List;
import org.margay.firmware.internal.Blob;

/**
 * The ACPI tables of the board (ACPI 2.0, section 5.2): FACS, DSDT, FADT of revision 3, MADT, HPET (IA-PC HPET specification
 * 1.0a, section 3.2.4), WAET, RSDT, XSDT and the root pointer.
 */
public final class AcpiTables {
    /** Base of the PM1a block, where firmware places it. */
    public static final int PM_BASE = 0x600;

    /** Base of the SMBus block, where firmware places it. */
    public static final int SMBUS_BASE = 0x700;

    /** Offset of the waking vector in the tables: the FACS comes first. */
    public static final int WAKING_VECTOR = 12;

    private static final int GPE_BLOCK = 0xAFE0;
    private static final int SMI_COMMAND = 0xB2;
    private static final int ACPI_ENABLE = 0xF1;
    private static final int ACPI_DISABLE = 0xF0;
    private static final int RESET_PORT = 0xCF9;
    private static final int RESET_VALUE = 0x06;
    private static final int SCI = 9;
    private static final int RTC_CENTURY = 0x32;
    private static final int FACS_SIZE = 64;
    private static final int CHECKSUM = 9;
    private static final int LENGTH = 4;
    private static final int RSDP_V1_SIZE = 20;
    private static final int RSDP_SIZE = 36;

    /** FADT boot architecture: legacy devices are there; a keyboard controller is there. */
    private static final int BOOT_LEGACY = 1;

    private static final int BOOT_KEYBOARD = 1 << 1;

    /** FADT: WBINVD works, C1 on all processors, no sleep button, RTC wakes from S4, reset register. */
    private static final int FEATURES = 1 | 1 << 2 | 1 << 5 | 1 << 7 | 1 << 10;

    private static final String OEM = "MARGAY";
    private static final String OEM_TABLE = "MARGAYPC";
    private static final String CREATOR = "MRGY";

    private final TableSet set = new TableSet();
    private final Blob out = set.tables();
    private final Hardware hardware;

    private AcpiTables(Hardware hardware) {
        this.hardware = hardware;
    }

    public static TableSet build(Hardware hardware) {
        AcpiTables tables = new AcpiTables(hardware);
        tables.write();
        return tables.set;
    }

    private void write() {
        int facs = out.size();
        out.text("FACS", 4, ' ').u32(FACS_SIZE).zeros(FACS_SIZE - 8);
        out.set(facs + 32, 1, 1);
        int dsdt = begin("DSDT", 2);
        out.bytes(Dsdt.build(hardware).bytes());
        end(dsdt);
        List<Integer> tables = new ArrayList<>();
        tables.add(fadt(facs, dsdt));
        tables.add(madt());
        if (hardware.hpet()) {
            tables.add(hpet());
        }
        tables.add(waet());
        int rsdt = begin("RSDT", 1);
        tables.forEach(table -> set.pointer(table, 4));
        end(rsdt);
        int xsdt = begin("XSDT", 1);
        tables.forEach(table -> set.pointer(table, 8));
        end(xsdt);
        rootPointer(rsdt, xsdt);
    }

    private int begin(String signature, int revision) {
        out.align(16);
        int at = out.size();
        out.text(signature, 4, ' ').u32(0).u8(revision).u8(0);
        out.text(OEM, 6, ' ')
                .text(OEM_TABLE, 8, ' ')
                .u32(1)
                .text(CREATOR, 4, ' ')
                .u32(1);
        return at;
    }

    private void end(int at) {
        int length = out.size() - at;
        out.set(at + LENGTH, length, 4);
        set.checksums().add(new TableSet.Checksum(at + CHECKSUM, at, length));
    }

    private int fadt(int facs, int dsdt) {
        int at = begin("FACP", 3);
        set.pointer(facs, 4);
        set.pointer(dsdt, 4);
        out.u8(1)
                .u8(0)
                .u16(SCI)
                .u32(SMI_COMMAND)
                .u8(ACPI_ENABLE)
                .u8(ACPI_DISABLE)
                .u8(0)
                .u8(0);
        out.u32(PM_BASE)
                .u32(0)
                .u32(PM_BASE + 4)
                .u32(0)
                .u32(0)
                .u32(PM_BASE + 8)
                .u32(GPE_BLOCK)
                .u32(0);
        out.u8(4).u8(2).u8(0).u8(4).u8(4).u8(0).u8(0).u8(0);
        // C2 and C3 latencies beyond what the specification lets use them; no cache flushing parameters.
        out.u16(0xFFF).u16(0xFFF).u16(0).u16(0).u8(0).u8(0);
        out.u8(0).u8(0).u8(RTC_CENTURY);
        out.u16(BOOT_LEGACY | (hardware.keyboardController() ? BOOT_KEYBOARD : 0))
                .u8(0);
        out.u32(FEATURES);
        ports(RESET_PORT, 8);
        out.u8(RESET_VALUE).zeros(3);
        set.pointer(facs, 8);
        set.pointer(dsdt, 8);
        ports(PM_BASE, 32);
        ports(0, 0);
        ports(PM_BASE + 4, 16);
        ports(0, 0);
        ports(0, 0);
        ports(PM_BASE + 8, 32);
        ports(GPE_BLOCK, 32);
        ports(0, 0);
        end(at);
        return at;
    }

    /** A generic address of I/O ports; none when it has no bits. */
    private void ports(int address, int bits) {
        out.u8(bits == 0 ? 0 : 1).u8(bits).u8(0).u8(0).u64(address);
    }

    private int madt() {
        int at = begin("APIC", 1);
        out.u32(0xFEE0_0000L).u32(1);
        for (int cpu = 0; cpu < hardware.cpus(); cpu++) {
            out.u8(0).u8(8).u8(cpu).u8(cpu).u32(1);
        }
        out.u8(1).u8(12).u8(0).u8(0).u32(0xFEC0_0000L).u32(0);
        interruptOverride(0, 2, 0);
        // PCI's and the SCI are active high and level-triggered on this board, without inversion to the I/O APIC.
        for (int irq : new int[] {5, SCI, 10, 11}) {
            interruptOverride(irq, irq, 0x000D);
        }
        out.u8(4).u8(6).u8(0xFF).u16(0).u8(1);
        end(at);
        return at;
    }

    private void interruptOverride(int irq, int input, int flags) {
        out.u8(2).u8(10).u8(0).u8(irq).u32(input).u16(flags);
    }

    private int hpet() {
        int at = begin("HPET", 1);
        out.u32(0x8086_A201L);
        out.u8(0).u8(0).u8(0).u8(0).u64(0xFED0_0000L);
        out.u8(0).u16(0).u8(0);
        end(at);
        return at;
    }

    /** Windows ACPI emulated devices table: the PM timer needs no second read. */
    private int waet() {
        int at = begin("WAET", 1);
        out.u32(2);
        end(at);
        return at;
    }

    private void rootPointer(int rsdt, int xsdt) {
        Blob rsdp = set.rsdp();
        rsdp.text("RSD PTR ", 8, ' ').u8(0).text(OEM, 6, ' ').u8(2);
        set.rsdpPointers().add(new TableSet.Pointer(rsdp.size(), 4));
        rsdp.u32(rsdt).u32(RSDP_SIZE);
        set.rsdpPointers().add(new TableSet.Pointer(rsdp.size(), 8));
        rsdp.u64(xsdt).u8(0).zeros(3);
        set.rsdpChecksums().add(new TableSet.Checksum(8, 0, RSDP_V1_SIZE));
        set.rsdpChecksums().add(new TableSet.Checksum(32, 0, RSDP_SIZE));
    }
}
