package org.margay.firmware.internal.acpi;

import java.util.ArrayList;
import java.util.List;
import org.margay.firmware.internal.Blob;

/**
 * Tables whose final addresses are not known yet: their bytes, where in them pointers are, and which checksums the pointers
 * change. Either this firmware puts them to their places, or a BIOS does by the same facts.
 */
public final class TableSet {
    /** Alignment of the tables' start: that of the FACS, which comes first. */
    public static final int ALIGNMENT = 64;

    /** A pointer in the tables that holds the offset of what it points to until the start of the tables is added. */
    record Pointer(int at, int width) {}

    /** A checksum byte over a range. */
    record Checksum(int at, int from, int length) {}

    private final Blob tables = new Blob();
    private final Blob rsdp = new Blob();
    private final List<Pointer> pointers = new ArrayList<>();
    private final List<Checksum> checksums = new ArrayList<>();
    private final List<Pointer> rsdpPointers = new ArrayList<>();
    private final List<Checksum> rsdpChecksums = new ArrayList<>();

    Blob tables() {
        return tables;
    }

    Blob rsdp() {
        return rsdp;
    }

    List<Pointer> pointers() {
        return pointers;
    }

    List<Checksum> checksums() {
        return checksums;
    }

    List<Pointer> rsdpPointers() {
        return rsdpPointers;
    }

    List<Checksum> rsdpChecksums() {
        return rsdpChecksums;
    }

    /** Appends a pointer to what is at an offset of the tables. */
    void pointer(int target, int width) {
        pointers.add(new Pointer(tables.size(), width));
        tables.number(target, width);
    }

    /** The tables as they are at an address, checksums right. */
    public byte[] tablesAt(long address) {
        return resolved(tables, pointers, checksums, address);
    }

    /** The root pointer when the tables are at an address. */
    public byte[] rsdpFor(long tablesAddress) {
        return resolved(rsdp, rsdpPointers, rsdpChecksums, tablesAddress);
    }

    private static byte[] resolved(Blob source, List<Pointer> pointers, List<Checksum> checksums, long base) {
        Blob copy = new Blob().bytes(source.toBytes());
        pointers.forEach(
                pointer -> copy.set(pointer.at(), copy.get(pointer.at(), pointer.width()) + base, pointer.width()));
        checksums.forEach(sum -> copy.checksum(sum.at(), sum.from(), sum.length()));
        return copy.toBytes();
    }
}
