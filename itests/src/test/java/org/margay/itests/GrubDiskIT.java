package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk as an installed system has it: SeaBIOS starts its GRUB, that starts Linux, and that has its root there. */
@Timeout(600)
class GrubDiskIT {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource({"FULL, ide, /dev/sda1", "CLOUD, virtio, /dev/vda1"})
    void anInstalledDiskBootsLinux(DebianGuest guest, String bus, String root, @TempDir Path folder) throws Exception {
        Path bios = DebianPackage.file("seabios", "usr/share/seabios/bios.bin");
        Path disk = GrubDisk.make(guest, root, folder);
        try (Margay margay = Margay.start(
                "-nodefaults",
                "-nographic",
                "-serial",
                "stdio",
                "-m",
                "512",
                "-bios",
                bios.toString(),
                "-drive",
                "if=%s,format=raw,file=%s".formatted(bus, disk))) {
            margay.terminal().leaveEscapesOut();
            margay.terminal().await("SeaBIOS", BOOT);
            margay.terminal().await("Linux on the disk", BOOT);
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run("mount; ls /boot/grub", SOON)).contains(root + " on / type ext4", "grub.cfg");
        }
    }
}
