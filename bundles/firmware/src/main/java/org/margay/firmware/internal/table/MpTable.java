package org.margay.firmware.internal.table;

import org.margay.firmware.internal.Blob;

/** The tables of Intel's "MultiProcessor Specification" 1.4, chapter 4, for systems that don't know ACPI. */
public final class MpTable {
    /** Bytes of the floating pointer. */
    public static final int POINTER_SIZE = 16;

    private static final int PROCESSOR_BOOT_ENABLED = 3;
    private static final int PROCESSOR_ENABLED = 1;
    private static final int CPU_SIGNATURE = 0x600;
    private static final int CPU_FEATURES = 0x201;
    private static final int APIC_VERSION = 0x14;
    private static final int IO_APIC_ID = 0;
    private static final int IO_APIC_VERSION = 0x11;
    private static final int PCI_BUS = 0;
    private static final int ISA_BUS = 1;
    private static final int INTERRUPT_INT = 0;
    private static final int INTERRUPT_NMI = 1;
    private static final int INTERRUPT_EXTINT = 3;
    /** Active high and level-triggered. */
    private static final int LEVEL_HIGH = 0x0D;

    private static final int PM_SLOT = 1;
    private static final int SCI = 9;
    private static final int[] WIRE_INTERRUPTS = {10, 10, 11, 11};

    private MpTable() {}

    /**
     * The configuration table.
     *
     * @param wires as {@link org.margay.firmware.internal.acpi.Hardware#wires}
     */
    public static byte[] configuration(int cpus, int[] wires) {
        Blob table = new Blob();
        table.text("PCMP", 4, ' ').u16(0).u8(4).u8(0).text("MARGAY", 8, ' ').text("PC", 12, ' ');
        table.u32(0).u16(0).u16(0).u32(0xFEE0_0000L).u16(0).u8(0).u8(0);
        int entries = 0;
        for (int cpu = 0; cpu < cpus; cpu++, entries++) {
            table.u8(0).u8(cpu).u8(APIC_VERSION).u8(cpu == 0 ? PROCESSOR_BOOT_ENABLED : PROCESSOR_ENABLED);
            table.u32(CPU_SIGNATURE).u32(CPU_FEATURES).u32(0).u32(0);
        }
        table.u8(1).u8(PCI_BUS).text("PCI", 6, ' ');
        table.u8(1).u8(ISA_BUS).text("ISA", 6, ' ');
        table.u8(2).u8(IO_APIC_ID).u8(IO_APIC_VERSION).u8(1).u32(0xFEC0_0000L);
        entries += 3;
        for (int slot = 0; slot < 32; slot++) {
            for (int pin = 0; pin < 4; pin++, entries++) {
                int irq = slot == PM_SLOT && pin == 0 ? SCI : WIRE_INTERRUPTS[wires[slot * 4 + pin]];
                interrupt(table, 3, INTERRUPT_INT, LEVEL_HIGH, PCI_BUS, slot << 2 | pin, IO_APIC_ID, irq);
            }
        }
        for (int irq = 0; irq < 16; irq++) {
            // 2 is the cascade; 9 to 11 are PCI's. The timer is on input 2.
            if (irq == 2 || irq >= SCI && irq <= 11) {
                continue;
            }
            interrupt(table, 3, INTERRUPT_INT, 0, ISA_BUS, irq, IO_APIC_ID, irq == 0 ? 2 : irq);
            entries++;
        }
        interrupt(table, 4, INTERRUPT_EXTINT, 0, ISA_BUS, 0, 0xFF, 0);
        interrupt(table, 4, INTERRUPT_NMI, 0, ISA_BUS, 0, 0xFF, 1);
        entries += 2;
        table.set(4, table.size(), 2);
        table.set(34, entries, 2);
        table.checksum(7, 0, table.size());
        return table.toBytes();
    }

    private static void interrupt(
            Blob table, int entry, int type, int flags, int bus, int source, int apic, int input) {
        table.u8(entry).u8(type).u16(flags).u8(bus).u8(source).u8(apic).u8(input);
    }

    /** The floating pointer to a configuration table. */
    public static byte[] pointer(int configuration) {
        Blob pointer = new Blob()
                .text("_MP_", 4, ' ')
                .u32(configuration)
                .u8(1)
                .u8(4)
                .u8(0)
                .zeros(5);
        pointer.checksum(10, 0, POINTER_SIZE);
        return pointer.toBytes();
    }
}
