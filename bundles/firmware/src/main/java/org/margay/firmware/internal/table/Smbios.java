package org.margay.firmware.internal.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.margay.firmware.internal.Blob;

/** System management BIOS tables (DMTF DSP0134, version 2.8), as inventory tools show them. */
public final class Smbios {
    /** Bytes of the entry point. */
    public static final int ENTRY_POINT_SIZE = 31;

    private static final String MANUFACTURER = "Margay";
    private static final String PRODUCT = "Margay PC (i440FX + PIIX)";
    private static final String VERSION = "pc";
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    /** Largest size in MiB that the old field of a memory device holds. */
    private static final long MAX_OLD_SIZE = 0x7FFF;

    private final Blob out = new Blob();
    private int structures;
    private int largest;

    private Smbios() {}

    /** A structure being written: fixed part and strings. */
    private static final class Structure {
        final Blob body = new Blob();
        final List<String> strings = new ArrayList<>();

        Structure(int type, int handle) {
            body.u8(type).u8(0).u16(handle);
        }

        Structure string(String text) {
            strings.add(text);
            body.u8(strings.size());
            return this;
        }

        Structure noString() {
            body.u8(0);
            return this;
        }

        Structure u8(int value) {
            body.u8(value);
            return this;
        }

        Structure u16(int value) {
            body.u16(value);
            return this;
        }

        Structure u32(long value) {
            body.u32(value);
            return this;
        }

        Structure u64(long value) {
            body.u64(value);
            return this;
        }
    }

    /** The structures and their number, for the entry point. */
    public record Tables(byte[] content, int structures, int largest) {
        /** The 32-bit entry point (section 5.2.1) to the tables at an address. */
        public byte[] entryPoint(int address) {
            Blob anchor = new Blob()
                    .text("_SM_", 4, ' ')
                    .u8(0)
                    .u8(ENTRY_POINT_SIZE)
                    .u8(2)
                    .u8(8)
                    .u16(largest)
                    .u8(0);
            anchor.zeros(5)
                    .text("_DMI_", 5, ' ')
                    .u8(0)
                    .u16(content.length)
                    .u32(address)
                    .u16(structures)
                    .u8(0x28);
            anchor.checksum(21, 16, 15);
            anchor.checksum(4, 0, ENTRY_POINT_SIZE);
            return anchor.toBytes();
        }
    }

    /** Builds the tables of a machine. */
    public static Tables build(MemoryLayout memory, int cpus, Optional<UUID> uuid) {
        Smbios smbios = new Smbios();
        smbios.bios();
        smbios.system(uuid);
        smbios.chassis();
        for (int cpu = 0; cpu < cpus; cpu++) {
            smbios.processor(cpu);
        }
        smbios.memory(memory);
        smbios.add(new Structure(32, 0x2000).u32(0).u16(0).u8(0));
        smbios.add(new Structure(127, 0x7F00));
        return new Tables(smbios.out.toBytes(), smbios.structures, smbios.largest);
    }

    private void add(Structure structure) {
        structure.body.set(1, structure.body.size(), 1);
        int start = out.size();
        out.bytes(structure.body.toBytes());
        structure.strings.forEach(out::zeroEnded);
        out.u8(0);
        if (structure.strings.isEmpty()) {
            out.u8(0);
        }
        structures++;
        largest = Math.max(largest, out.size() - start);
    }

    private void bios() {
        add(new Structure(0, 0)
                .string(MANUFACTURER)
                .string("0.1")
                .u16(0xF000)
                .string("11/23/2026")
                .u8(0)
                // Characteristics are not told; extension bytes: ACPI, and a virtual machine.
                .u64(1 << 3)
                .u8(1)
                .u8(1 << 4)
                .u8(0)
                .u8(1)
                .u8(0xFF)
                .u8(0xFF));
    }

    private void system(Optional<UUID> uuid) {
        Structure system = new Structure(1, 0x100)
                .string(MANUFACTURER)
                .string(PRODUCT)
                .string(VERSION)
                .noString();
        UUID id = uuid.orElse(new UUID(0, 0));
        long high = id.getMostSignificantBits();
        // The first three fields are little-endian, the rest is as written.
        system.u32(high >>> 32).u16((int) (high >>> 16) & 0xFFFF).u16((int) high & 0xFFFF);
        system.u64(Long.reverseBytes(id.getLeastSignificantBits()));
        add(system.u8(6).noString().noString());
    }

    private void chassis() {
        add(new Structure(3, 0x300)
                .string(MANUFACTURER)
                .u8(1)
                .string(VERSION)
                .noString()
                .noString()
                .u8(3)
                .u8(3)
                .u8(3)
                .u8(2)
                .u32(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .noString());
    }

    private void processor(int index) {
        add(new Structure(4, 0x400 + index)
                .string("CPU " + index)
                .u8(3)
                .u8(1)
                .string(MANUFACTURER)
                .u64(0)
                .string(VERSION)
                .u8(0)
                .u16(0)
                .u16(2000)
                .u16(2000)
                .u8(0x41)
                .u8(1)
                .u16(0xFFFF)
                .u16(0xFFFF)
                .u16(0xFFFF)
                .noString()
                .noString()
                .noString()
                .u8(1)
                .u8(1)
                .u8(1)
                .u16(2)
                .u16(1));
    }

    private void memory(MemoryLayout memory) {
        long total = memory.lowRam() + memory.highRam();
        add(new Structure(16, 0x1000)
                .u8(1)
                .u8(3)
                .u8(6)
                .u32(total >= 2048 * GIB ? 0x8000_0000L : total >>> 10)
                .u16(0xFFFE)
                .u16(1)
                .u64(total >= 2048 * GIB ? total : 0));
        long mebibytes = total / MIB;
        add(new Structure(17, 0x1100)
                .u16(0x1000)
                .u16(0xFFFE)
                .u16(0xFFFF)
                .u16(0xFFFF)
                .u16((int) Math.min(mebibytes, MAX_OLD_SIZE))
                .u8(9)
                .u8(0)
                .string("DIMM 0")
                .noString()
                .u8(7)
                .u16(2)
                .u16(0)
                .string(MANUFACTURER)
                .noString()
                .noString()
                .noString()
                .u8(0)
                .u32(mebibytes > MAX_OLD_SIZE - 1 ? mebibytes : 0)
                .u16(0)
                .u16(0)
                .u16(0)
                .u16(0));
        mappedRange(0x1300, 0, memory.lowRam());
        if (memory.highRam() > 0) {
            mappedRange(0x1301, 1L << 32, memory.highRam());
        }
    }

    /** Addresses in KiB. */
    private void mappedRange(int handle, long start, long size) {
        add(new Structure(19, handle)
                .u32(start >>> 10)
                .u32((start + size >>> 10) - 1)
                .u16(0x1000)
                .u8(1)
                .u64(0)
                .u64(0));
    }
}
