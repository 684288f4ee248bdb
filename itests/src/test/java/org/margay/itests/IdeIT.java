package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** IDE disks and CD-ROM drives, as a BIOS, a boot loader and Linux use them. */
@Timeout(600)
class IdeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(3);

    @Test
    void aBiosBootsFromCdAndShowsAllDrives(@TempDir Path folder) throws Exception {
        Path disk = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
        RescueDisk rescue = RescueDisk.boot(
                "-cdrom", RescueDisk.image("cdrom.iso").toString(), "-drive", "if=ide,index=0,format=raw,file=" + disk);
        try (Margay margay = rescue.margay()) {
            assertThat(rescue.run("ls")).contains("(hd0)", "(cd)");
            assertThat(rescue.run("ls (cd)/boot/grub")).contains("i386-pc");
        }
    }

    @Test
    void aDiskWithABootLoaderBootsLinux(@TempDir Path folder) throws Exception {
        Path loader = Files.copy(RescueDisk.image("cdrom.iso"), folder.resolve("loader.img"));
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.copy(DebianGuest.CLOUD.initrd(), files.resolve("initrd.gz"));
        Files.copy(DebianGuest.CLOUD.initrd().resolveSibling("vmlinuz"), files.resolve("vmlinuz"));
        Path disk = folder.resolve("disk.img");
        HostTool.run("mke2fs", "-q", "-t", "ext2", "-d", files, disk, "32M");
        RescueDisk rescue = RescueDisk.boot(
                "-drive", "if=ide,index=0,format=raw,file=" + loader,
                "-drive", "if=ide,index=1,format=raw,file=" + disk);
        try (Margay margay = rescue.margay()) {
            rescue.run("linux (hd1)/vmlinuz console=ttyS0 mitigations=off");
            rescue.run("initrd (hd1)/initrd.gz");
            rescue.start("boot");
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run("uname -r", SOON)).contains("cloud");
        }
    }

    @Test
    void discsComeAndGo(@TempDir Path folder) throws Exception {
        Path first = RescueDisk.image("cdrom.iso");
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("name"), "the-second-disc\n");
        Path second = folder.resolve("second.img");
        HostTool.run("mke2fs", "-q", "-t", "ext2", "-b", "2048", "-d", files, second, "2M");
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.FULL.start(
                        "-nodefaults", "-cdrom", first.toString(), "-qmp", QmpClient.server(port));
                QmpClient qmp = QmpClient.negotiate(port)) {
            GuestShell shell = GuestShell.of(margay);
            shell.run("until [ -b /dev/sr0 ]; do sleep 0.1; done", SOON);
            assertThat(shell.run("mount -t iso9660 /dev/sr0 /mnt && ls /mnt/boot/grub; umount /mnt", SOON))
                    .contains("i386-pc");
            assertThat(shell.run("sha256sum /dev/sr0", LONG)).contains(digest(first));

            // Linux opens the tray when nobody uses the disc any more.
            shell.start("echo 1 >/proc/sys/dev/cdrom/autoeject; dd if=/dev/sr0 of=/dev/null count=1");
            assertThat(qmp.awaitEvent("DEVICE_TRAY_MOVED", SOON)
                            .at("/data/tray-open")
                            .asBoolean())
                    .isTrue();
            shell.finish(SOON);
            shell.run("echo 0 >/proc/sys/dev/cdrom/autoeject", SOON);

            qmp.request("{'execute': 'eject', 'arguments': {'device': 'ide1-cd0'}}");
            assertThat(shell.run("dd if=/dev/sr0 of=/dev/null count=1", SOON)).contains("No medium");
            assertThat(qmp.request("{'execute': 'change', 'arguments': {'device': 'ide1-cd0', 'target': '%s'}}"
                                    .formatted(second))
                            .has("return"))
                    .isTrue();
            assertThat(shell.run(
                            "mount -t ext2 -o ro /dev/sr0 /mnt || mount -t ext4 -o ro /dev/sr0 /mnt; cat /mnt/name",
                            SOON))
                    .contains("the-second-disc");
            assertThat(qmp.execute("query-block").get(0).get("locked").asBoolean())
                    .as("locked while it is mounted")
                    .isTrue();
        }
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
