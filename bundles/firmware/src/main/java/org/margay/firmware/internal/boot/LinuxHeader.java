package org.margay.firmware.internal.boot;

/**
 * What the setup header of a bzImage says (Linux, "The Linux/x86 Boot Protocol", section "The real-mode kernel header").
 *
 * @param version boot protocol, such as 0x020F
 * @param setupSize bytes of the file before the protected-mode kernel
 * @param kernelSize bytes of the protected-mode kernel
 * @param loadAddress where the kernel goes when it may choose
 * @param alignment of other places, or 0 when it is not relocatable
 * @param memoryNeeded bytes from the load address on that the kernel needs before it looks at the memory map
 * @param entry64 whether it has the 64-bit entry point
 * @param initrdMax last address that the initial RAM disk may use
 * @param commandLineMax characters that the command line may have
 * @param headerEnd end of the header in the file; it starts at {@link #HEADER}
 */
record LinuxHeader(
        int version,
        int setupSize,
        long kernelSize,
        long loadAddress,
        long alignment,
        long memoryNeeded,
        boolean entry64,
        long initrdMax,
        int commandLineMax,
        int headerEnd) {
    /** Offset of the header in file and zero page. */
    static final int HEADER = 0x1F1;

    /** As much of a file as {@link #parse} needs. */
    static final int PROBE_SIZE = 0x280;

    static final int VERSION = 0x206;
    static final int LOADER_TYPE = 0x210;
    static final int LOAD_FLAGS = 0x211;
    static final int CODE32_START = 0x214;
    static final int RAMDISK_IMAGE = 0x218;
    static final int RAMDISK_SIZE = 0x21C;
    static final int COMMAND_LINE_POINTER = 0x228;
    static final int VIDEO_MODE = 0x1FA;

    private static final int SETUP_SECTORS = 0x1F1;
    private static final int BOOT_FLAG = 0x1FE;
    private static final int JUMP_OFFSET = 0x201;
    private static final int MAGIC = 0x202;
    private static final int INITRD_ADDRESS_MAX = 0x22C;
    private static final int KERNEL_ALIGNMENT = 0x230;
    private static final int RELOCATABLE = 0x234;
    private static final int EXTENDED_LOAD_FLAGS = 0x236;
    private static final int COMMAND_LINE_SIZE = 0x238;
    private static final int PREFERRED_ADDRESS = 0x258;
    private static final int INIT_SIZE = 0x260;

    private static final int HEADER_MAGIC = 0x53726448;
    private static final int LOADED_HIGH = 1;
    private static final int KERNEL_64 = 1;
    private static final int SECTOR = 512;
    private static final long CLASSIC_LOAD_ADDRESS = 0x100000;
    private static final long CLASSIC_INITRD_MAX = 0x37FF_FFFFL;

    /** Whether a file looks like a Linux kernel: the boot flag and the header's magic are there. */
    static boolean matches(byte[] start) {
        return start.length >= MAGIC + 4
                && number(start, BOOT_FLAG, 2) == 0xAA55
                && number(start, MAGIC, 4) == HEADER_MAGIC;
    }

    /**
     * Reads the header.
     *
     * @param start the first {@link #PROBE_SIZE} bytes of the file or all there are
     * @param fileSize bytes
     * @throws ImageException when it is damaged, truncated or too old
     */
    static LinuxHeader parse(byte[] start, long fileSize) throws ImageException {
        int version = (int) number(start, VERSION, 2);
        if (version < 0x0202) {
            throw new ImageException("the kernel speaks boot protocol %d.%02d, at least 2.02 is needed"
                    .formatted(version >>> 8, version & 0xFF));
        }
        if ((number(start, LOAD_FLAGS, 1) & LOADED_HIGH) == 0) {
            throw new ImageException("the kernel is a zImage, only a bzImage can be started");
        }
        int sectors = (int) number(start, SETUP_SECTORS, 1);
        int setupSize = ((sectors == 0 ? 4 : sectors) + 1) * SECTOR;
        long kernelSize = fileSize - setupSize;
        int headerEnd = MAGIC + (int) number(start, JUMP_OFFSET, 1);
        if (kernelSize <= 0 || start.length < Math.min(headerEnd, PROBE_SIZE) || headerEnd > setupSize) {
            throw new ImageException("the kernel is truncated");
        }
        if (version >= 0x0204) {
            // "syssize": 16-byte units of the protected-mode code.
            long announced = number(start, 0x1F4, 4) * 16;
            if (announced > kernelSize + 15) {
                throw new ImageException(
                        "the kernel is truncated: %d bytes of %d are there".formatted(fileSize, setupSize + announced));
            }
        }
        boolean relocatable = version >= 0x0205 && number(start, RELOCATABLE, 1) != 0;
        long alignment = relocatable ? number(start, KERNEL_ALIGNMENT, 4) : 0;
        if (relocatable && (Long.bitCount(alignment) != 1 || alignment < 0x1000)) {
            throw new ImageException("the kernel's alignment %#x is no power of two".formatted(alignment));
        }
        long preferred = version >= 0x020A ? number(start, PREFERRED_ADDRESS, 8) : CLASSIC_LOAD_ADDRESS;
        long initSize = version >= 0x020A ? number(start, INIT_SIZE, 4) : 0;
        long loadAddress = relocatable ? preferred : CLASSIC_LOAD_ADDRESS;
        if (loadAddress < CLASSIC_LOAD_ADDRESS || loadAddress >= 1L << 32) {
            throw new ImageException("the kernel wants to be loaded at %#x".formatted(loadAddress));
        }
        return new LinuxHeader(
                version,
                setupSize,
                kernelSize,
                loadAddress,
                alignment,
                Math.max(initSize, kernelSize),
                version >= 0x020C && (number(start, EXTENDED_LOAD_FLAGS, 2) & KERNEL_64) != 0,
                version >= 0x0203 ? number(start, INITRD_ADDRESS_MAX, 4) : CLASSIC_INITRD_MAX,
                version >= 0x0206 ? (int) Math.clamp(number(start, COMMAND_LINE_SIZE, 4), 0, 0x10000) : 255,
                headerEnd);
    }

    private static long number(byte[] bytes, int offset, int width) {
        long value = 0;
        for (int i = 0; i < width && offset + i < bytes.length; i++) {
            value |= (bytes[offset + i] & 0xFFL) << (8 * i);
        }
        return value;
    }
}
