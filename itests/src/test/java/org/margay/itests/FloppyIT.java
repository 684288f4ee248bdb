package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Floppy disks, as a BIOS, a boot loader and Linux use them. */
@Timeout(600)
class FloppyIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(3);

    @Test
    void aBiosBootsFromFloppy() throws Exception {
        RescueDisk rescue =
                RescueDisk.boot("-fda", RescueDisk.image("floppy.img").toString());
        try (Margay margay = rescue.margay()) {
            assertThat(rescue.run("ls")).contains("(fd0)");
        }
    }

    @Test
    void linuxFormatsWritesAndSeesAnotherMedium(@TempDir Path folder) throws Exception {
        Path first = Files.write(folder.resolve("first.img"), new byte[1_474_560]);
        Path second = Files.write(folder.resolve("second.img"), new byte[737_280]);
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.FULL.start(
                        "-nodefaults", "-drive", "if=floppy,format=raw,file=" + first, "-qmp", QmpClient.server(port));
                QmpClient qmp = QmpClient.negotiate(port)) {
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run(
                            "modprobe floppy; until [ -b /dev/fd0 ]; do sleep 0.1; done; dmesg | grep -i fd", SOON))
                    .contains("fd0 is 1.44M");
            assertThat(shell.run(
                            "mkdosfs /dev/fd0 && mount -t vfat /dev/fd0 /mnt && echo floppy-$((6*7)) >/mnt/text"
                                    + " && umount /mnt && mount -t vfat /dev/fd0 /mnt && cat /mnt/text; umount /mnt",
                            LONG))
                    .contains("floppy-42");
            assertThat(new String(Files.readAllBytes(first), StandardCharsets.ISO_8859_1))
                    .contains("floppy-42", "TEXT    ");
            assertThat(qmp.request("{'execute': 'change', 'arguments': {'device': 'floppy0', 'target': '%s'}}"
                                    .formatted(second))
                            .has("return"))
                    .isTrue();
            assertThat(shell.run("blockdev --getsize64 /dev/fd0; dd if=/dev/fd0 bs=1k | wc -c", LONG))
                    .contains("737280");
        }
    }
}
