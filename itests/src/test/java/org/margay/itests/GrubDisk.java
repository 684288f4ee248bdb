package org.margay.itests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * A hard disk with a partition table, an ext4 partition that is a guest's root, and Debian's GRUB in front of it: boot.img in the first
 * sector, core.img in the gap before the partition, where boot.img looks for it when nobody told it otherwise (GRUB manual, "BIOS
 * installation").
 */
final class GrubDisk {
    private static final int SECTOR = 512;
    private static final int PARTITION_START = 2048;
    private static final int TABLE = 446;
    private static final int LINUX = 0x83;

    /** The part of the first sector that is code; a disk's signature and the partition table follow. */
    private static final int CODE = 440;

    private GrubDisk() {}

    /**
     * Makes a raw image.
     *
     * @param guest whose kernel and initrd are booted
     * @param device the partition as the guest names it, such as "/dev/sda1"
     * @param work an empty folder
     */
    static Path make(DebianGuest guest, String device, Path work) throws IOException, InterruptedException {
        Path modules = DebianPackage.file("grub-pc-bin", "usr/lib/grub/i386-pc/boot.img")
                .getParent();
        Path initrd = guest.initrd();
        Path boot = Files.createDirectories(work.resolve("tree/boot/grub/i386-pc"));
        try (Stream<Path> files = Files.list(modules)) {
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(mod|lst)"))
                    .toList()) {
                Files.copy(file, boot.resolve(file.getFileName()));
            }
        }
        Path folder = work.resolve("tree/boot");
        Files.copy(guest.kernel(), folder.resolve("vmlinuz"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(initrd, folder.resolve("initrd.gz"));
        Files.writeString(folder.resolve("grub/grub.cfg"), """
                set timeout=1
                menuentry "Linux on the disk" {
                    linux /boot/vmlinuz root=%s console=ttyS0 mitigations=off
                    initrd /boot/initrd.gz
                }
                """.formatted(device));
        Path partition = RootImage.make(initrd, work, "96M");
        Path core = work.resolve("core.img");
        HostTool.run(
                DebianPackage.file("grub-common", "usr/bin/grub-mkimage"),
                "-d",
                modules,
                "-O",
                "i386-pc",
                "-p",
                "(hd0,msdos1)/boot/grub",
                "-o",
                core,
                "biosdisk",
                "part_msdos",
                "ext2");
        return assemble(modules.resolve("boot.img"), core, partition, work.resolve("disk.img"));
    }

    private static Path assemble(Path boot, Path core, Path partition, Path disk) throws IOException {
        if (Files.size(core) > (PARTITION_START - 1) * SECTOR) {
            throw new AssertionError("core.img does not fit in front of the partition");
        }
        ByteBuffer first = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        first.put(Files.readAllBytes(boot), 0, CODE);
        // Active, no addresses in cylinders, from sector, sectors.
        first.put(TABLE, (byte) 0x80).put(TABLE + 4, (byte) LINUX);
        first.putInt(TABLE + 8, PARTITION_START).putInt(TABLE + 12, (int) (Files.size(partition) / SECTOR));
        first.putShort(SECTOR - 2, (short) 0xAA55);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.write(first.array());
            file.write(Files.readAllBytes(core));
            file.seek((long) PARTITION_START * SECTOR);
            file.write(Files.readAllBytes(partition));
        }
        return disk;
    }
}
