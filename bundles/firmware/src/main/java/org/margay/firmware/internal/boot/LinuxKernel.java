package org.margay.firmware.internal.boot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.CpuRegisters;
import org.margay.memory.AddressSpace;

/**
 * A bzImage started by "The Linux/x86 Boot Protocol": the 64-bit entry point where the kernel has it, the 32-bit one
 * otherwise. Low memory holds what a boot loader leaves: zero page, command line, page tables, descriptors.
 */
public final class LinuxKernel implements DirectKernel {
    private static final long GDT = 0x6000;
    private static final long STACK_TOP = 0x1_0000;
    private static final long ZERO_PAGE = 0x1_0000;
    private static final int ZERO_PAGE_SIZE = 4096;
    private static final long COMMAND_LINE = 0x2_0000;
    private static final long PAGE_TABLES = 0x4_0000;

    private static final int ZERO_PAGE_RSDP = 0x070;
    private static final int ZERO_PAGE_E820_COUNT = 0x1E8;
    private static final int ZERO_PAGE_E820 = 0x2D0;
    private static final int LOADER_UNKNOWN = 0xFF;
    private static final int VIDEO_NORMAL = 0xFFFF;
    private static final int ENTRY_64 = 0x200;
    private static final int PAGE = 4096;

    private final ImageFile file;
    private final @Nullable ImageFile initrd;
    private final byte[] commandLine;
    private final MemoryLayout layout;
    private final LinuxHeader header;
    private final byte[] headerBytes;
    private final long kernelAddress;
    private final long initrdAddress;

    /**
     * Checks the images and finds places for them.
     *
     * @throws ImageException when the kernel is damaged, or there is too little memory for kernel and RAM disk
     */
    public LinuxKernel(ImageFile file, Optional<ImageFile> initrd, String commandLine, MemoryLayout layout)
            throws ImageException {
        this.file = file;
        this.initrd = initrd.orElse(null);
        this.commandLine = commandLine.getBytes(StandardCharsets.UTF_8);
        this.layout = layout;
        byte[] start = file.read(0, LinuxHeader.PROBE_SIZE);
        this.header = LinuxHeader.parse(start, file.size());
        this.headerBytes = file.read(LinuxHeader.HEADER, header.headerEnd() - LinuxHeader.HEADER);
        if (this.commandLine.length > header.commandLineMax()) {
            throw new ImageException("the command line has %d characters, the kernel takes %d"
                    .formatted(this.commandLine.length, header.commandLineMax()));
        }
        this.kernelAddress = placeKernel();
        this.initrdAddress = placeInitrd();
    }

    /** Whether a file is for this class. */
    public static boolean matches(ImageFile file) throws ImageException {
        return LinuxHeader.matches(file.read(0, LinuxHeader.PROBE_SIZE));
    }

    private long placeKernel() throws ImageException {
        long end = layout.tables();
        if (header.loadAddress() + header.memoryNeeded() <= end) {
            return header.loadAddress();
        }
        if (header.alignment() != 0) {
            long lowest = MemoryLayout.ONE_MIB + header.alignment() - 1 & -header.alignment();
            if (lowest + header.memoryNeeded() <= end) {
                return lowest;
            }
        }
        throw new ImageException("the kernel needs %d MiB of memory and the guest has %d"
                .formatted(
                        header.loadAddress() + header.memoryNeeded() + MemoryLayout.TABLES_SIZE + 0xFFFFF >>> 20,
                        layout.lowRam() >>> 20));
    }

    private long placeInitrd() throws ImageException {
        if (initrd == null) {
            return 0;
        }
        long top = Math.min(header.initrdMax() + 1, layout.tables());
        long address = top - initrd.size() & -PAGE;
        long kernelEnd = kernelAddress + header.memoryNeeded();
        if (address < kernelEnd) {
            throw new ImageException("the initial RAM disk '%s' has %d bytes, behind the kernel there is memory for %d"
                    .formatted(initrd.name(), initrd.size(), Math.max(0, top - kernelEnd)));
        }
        return address;
    }

    @Override
    public CpuRegisters load(AddressSpace memory, long rsdp) throws ImageException {
        file.load(header.setupSize(), header.kernelSize(), memory, kernelAddress);
        if (initrd != null) {
            initrd.load(0, initrd.size(), memory, initrdAddress);
        }
        write(memory, COMMAND_LINE, new Blob().bytes(commandLine).u8(0));
        write(memory, ZERO_PAGE, zeroPage(rsdp));
        Blob gdt = new Blob()
                .u64(0)
                .u64(0)
                .u64(header.entry64() ? 0x00AF_9B00_0000_FFFFL : 0x00CF_9B00_0000_FFFFL)
                .u64(0x00CF_9300_0000_FFFFL);
        write(memory, GDT, gdt);
        CpuRegisters.Table gdtr = new CpuRegisters.Table(GDT, gdt.size() - 1);
        List<Long> general = CpuStart.general();
        general.set(CpuStart.RSI, ZERO_PAGE);
        general.set(CpuStart.RSP, STACK_TOP);
        if (!header.entry64()) {
            return CpuStart.protectedMode(general, kernelAddress, gdtr, 0x10, 0x18);
        }
        write(memory, PAGE_TABLES, IdentityMap.of4GiB(PAGE_TABLES));
        return CpuStart.longMode(general, kernelAddress + ENTRY_64, gdtr, PAGE_TABLES);
    }

    private Blob zeroPage(long rsdp) {
        Blob page = new Blob().zeros(ZERO_PAGE_SIZE);
        for (int i = 0; i < headerBytes.length; i++) {
            page.set(LinuxHeader.HEADER + i, headerBytes[i], 1);
        }
        page.set(LinuxHeader.LOADER_TYPE, LOADER_UNKNOWN, 1);
        page.set(LinuxHeader.VIDEO_MODE, VIDEO_NORMAL, 2);
        page.set(LinuxHeader.CODE32_START, kernelAddress, 4);
        page.set(LinuxHeader.RAMDISK_IMAGE, initrdAddress, 4);
        page.set(LinuxHeader.RAMDISK_SIZE, initrd == null ? 0 : initrd.size(), 4);
        page.set(LinuxHeader.COMMAND_LINE_POINTER, COMMAND_LINE, 4);
        if (header.version() >= 0x020E) {
            page.set(ZERO_PAGE_RSDP, rsdp, 8);
        }
        List<MemoryLayout.Range> ranges = layout.ranges();
        page.set(ZERO_PAGE_E820_COUNT, ranges.size(), 1);
        Blob e820 = new Blob();
        ranges.forEach(range -> MemoryLayout.append(e820, range));
        for (int i = 0; i < e820.size(); i++) {
            page.set(ZERO_PAGE_E820 + i, e820.get(i, 1), 1);
        }
        return page;
    }

    private static void write(AddressSpace memory, long address, Blob blob) {
        memory.write(address, blob.toBytes(), 0, blob.size());
    }

    @Override
    public void close() {
        file.close();
        if (initrd != null) {
            initrd.close();
        }
    }
}
