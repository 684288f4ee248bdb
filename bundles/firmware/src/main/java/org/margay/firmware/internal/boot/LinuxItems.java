package org.margay.firmware.internal.boot;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.table.MemoryLayout;

/**
 * A bzImage as the option ROM "linuxboot" wants it in fw_cfg: the real-mode setup code filled in by the boot protocol, the
 * protected-mode kernel, the initial RAM disk and the command line, each with its address and size. The ROM loads them and
 * jumps into the setup code.
 */
public final class LinuxItems {
    private static final int KERNEL_ADDRESS = 0x07;
    private static final int KERNEL_SIZE = 0x08;
    private static final int INITRD_ADDRESS = 0x0A;
    private static final int INITRD_SIZE = 0x0B;
    private static final int KERNEL_DATA = 0x11;
    private static final int INITRD_DATA = 0x12;
    private static final int COMMAND_LINE_ADDRESS = 0x13;
    private static final int COMMAND_LINE_SIZE = 0x14;
    private static final int COMMAND_LINE_DATA = 0x15;
    private static final int SETUP_ADDRESS = 0x16;
    private static final int SETUP_SIZE = 0x17;
    private static final int SETUP_DATA = 0x18;

    private static final int SETUP = 0x1_0000;
    private static final int COMMAND_LINE = 0x2_0000;
    private static final int LOADER_QEMU = 0xB0;
    private static final int CAN_USE_HEAP = 0x80;
    private static final int HEAP_END = 0x224;
    private static final int PAGE = 4096;

    private LinuxItems() {}

    /**
     * The items by their keys.
     *
     * @throws ImageException when the kernel is damaged or something is too large
     */
    public static Map<Integer, byte[]> build(
            ImageFile kernel, Optional<ImageFile> initrd, String commandLine, MemoryLayout layout)
            throws ImageException {
        LinuxHeader header = LinuxHeader.parse(kernel.read(0, LinuxHeader.PROBE_SIZE), kernel.size());
        byte[] line = (commandLine + "\0").getBytes(StandardCharsets.UTF_8);
        if (line.length - 1 > header.commandLineMax()) {
            throw new ImageException("the command line has %d characters, the kernel takes %d"
                    .formatted(line.length - 1, header.commandLineMax()));
        }
        long initrdSize = initrd.map(ImageFile::size).orElse(0L);
        long initrdAddress = Math.min(header.initrdMax() + 1, layout.tables()) - initrdSize & -PAGE;
        long kernelEnd = MemoryLayout.ONE_MIB + header.memoryNeeded();
        if (initrdAddress < kernelEnd || header.kernelSize() > Integer.MAX_VALUE) {
            throw new ImageException("kernel and initial RAM disk don't fit into the guest's memory");
        }
        Blob setup = new Blob().bytes(kernel.read(0, header.setupSize()));
        setup.set(LinuxHeader.LOADER_TYPE, LOADER_QEMU, 1);
        setup.set(LinuxHeader.LOAD_FLAGS, setup.get(LinuxHeader.LOAD_FLAGS, 1) | CAN_USE_HEAP, 1);
        setup.set(HEAP_END, COMMAND_LINE - SETUP - 0x200, 2);
        setup.set(LinuxHeader.COMMAND_LINE_POINTER, COMMAND_LINE, 4);

        Map<Integer, byte[]> items = new LinkedHashMap<>();
        place(items, SETUP_ADDRESS, SETUP, SETUP_SIZE, SETUP_DATA, setup.toBytes());
        place(items, COMMAND_LINE_ADDRESS, COMMAND_LINE, COMMAND_LINE_SIZE, COMMAND_LINE_DATA, line);
        place(
                items,
                KERNEL_ADDRESS,
                MemoryLayout.ONE_MIB,
                KERNEL_SIZE,
                KERNEL_DATA,
                kernel.read(header.setupSize(), (int) header.kernelSize()));
        if (initrd.isPresent()) {
            setup.set(LinuxHeader.RAMDISK_IMAGE, initrdAddress, 4);
            setup.set(LinuxHeader.RAMDISK_SIZE, initrdSize, 4);
            items.put(SETUP_DATA, setup.toBytes());
            byte[] content = initrd.get().read(0, (int) initrdSize);
            place(items, INITRD_ADDRESS, initrdAddress, INITRD_SIZE, INITRD_DATA, content);
        }
        return items;
    }

    private static void place(
            Map<Integer, byte[]> items, int addressKey, long address, int sizeKey, int dataKey, byte[] data) {
        items.put(addressKey, new Blob().u32(address).toBytes());
        items.put(sizeKey, new Blob().u32(data.length).toBytes());
        items.put(dataKey, data);
    }
}
