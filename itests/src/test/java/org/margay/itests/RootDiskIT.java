package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux whose root is an ext4 file system on a disk: it writes, is reset as by its reset button, and finds what it wrote. */
@Timeout(900)
class RootDiskIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(3);

    @ParameterizedTest
    @CsvSource({"CLOUD, raw, virtio-blk-pci, vda", "CLOUD, qcow2, virtio-blk-pci, vda", "FULL, raw, ide-hd, sda"})
    void whatWasSyncedIsThereAfterAReset(
            DebianGuest guest, String format, String driver, String name, @TempDir Path folder) throws Exception {
        Path raw = RootImage.make(guest.initrd(), folder, "96M");
        Path image = raw;
        if (!format.equals("raw")) {
            image = folder.resolve("root." + format);
            HostTool.run("qemu-img", "convert", "-O", format, raw, image);
        }
        int port = QmpClient.freePort();
        try (Margay margay = guest.startFrom(
                "/dev/" + name,
                "-nodefaults",
                "-drive",
                "if=none,id=d0,format=%s,file=%s".formatted(format, image),
                "-device",
                driver + ",drive=d0",
                "-qmp",
                QmpClient.server(port))) {
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run("mount", SOON)).contains("/dev/%s on / type ext4".formatted(name));
            String sum = checksum(shell.run(
                    "for i in 1 2 3 4; do dd if=/dev/urandom of=/f$i bs=64k count=64 2>/dev/null; done; rm /f2;"
                            + " cat /f1 /f3 /f4 | sha256sum; sync",
                    LONG));
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                qmp.execute("system_reset");
                qmp.awaitEvent("RESET", SOON);
                GuestShell again = GuestShell.of(margay);
                assertThat(checksum(again.run("echo 3 >/proc/sys/vm/drop_caches; cat /f1 /f3 /f4 | sha256sum", LONG)))
                        .isEqualTo(sum);
                assertThat(again.run("ls /f2", SOON)).contains("No such file");
                again.start("mount -o remount,ro / && poweroff");
                qmp.awaitEvent("SHUTDOWN", LONG);
            }
            assertThat(margay.exitCode()).isZero();
        }
        if (!format.equals("raw")) {
            HostTool.checkImage(image, format);
            HostTool.run("qemu-img", "convert", "-O", "raw", image, raw);
        }
        HostTool.run("e2fsck", "-f", "-n", raw);
    }

    /** {@code -snapshot}: the guest reads what it wrote, and all of it is gone with the process. */
    @Test
    void underSnapshotNothingReachesTheImage(@TempDir Path folder) throws Exception {
        Path image = folder.resolve("root.qcow2");
        HostTool.run(
                "qemu-img", "convert", "-O", "qcow2", RootImage.make(DebianGuest.CLOUD.initrd(), folder, "96M"), image);
        byte[] before = Files.readAllBytes(image);
        try (Margay margay = DebianGuest.CLOUD.startFrom(
                "/dev/vda", "-nodefaults", "-snapshot", "-drive", "if=virtio,format=qcow2,file=" + image)) {
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run("echo 'only for' now >/note; sync; echo 3 >/proc/sys/vm/drop_caches; cat /note", SOON))
                    .contains("only for now");
            shell.start("mount -o remount,ro / && poweroff");
            assertThat(margay.exitCode()).isZero();
        }
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
    }

    private static String checksum(String output) {
        return output.lines()
                .filter(line -> line.matches("[0-9a-f]{64}  -.*"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }
}
