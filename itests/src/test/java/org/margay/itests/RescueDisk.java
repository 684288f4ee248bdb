package org.margay.itests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Debian's GRUB rescue disks, started by SeaBIOS; all that both write comes on the serial line. */
final class RescueDisk {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Margay margay;

    private RescueDisk(Margay margay) {
        this.margay = margay;
    }

    /** An image: "cdrom.iso", which is a hard disk's too, or "floppy.img". */
    static Path image(String name) throws IOException, InterruptedException {
        return DebianPackage.file("grub-rescue-pc", "usr/lib/grub-rescue/grub-rescue-" + name);
    }

    /** Starts a PC with options, one of which is for an image to boot from, and waits for GRUB's menu. */
    static RescueDisk boot(String... options) throws IOException, InterruptedException {
        Path bios = DebianPackage.file("seabios", "usr/share/seabios/bios.bin");
        List<String> all = new ArrayList<>(
                List.of("-nodefaults", "-nographic", "-serial", "stdio", "-m", "512", "-bios", bios.toString()));
        all.addAll(Arrays.asList(options));
        Margay margay = Margay.start(all.toArray(String[]::new));
        margay.terminal().leaveEscapesOut();
        try {
            margay.terminal().await("SeaBIOS", BOOT);
            margay.terminal().await("GNU GRUB", BOOT);
            // Its countdown stops with the first key; the menu is drawn from top to bottom.
            margay.terminal().await("command-line.", SOON);
            margay.terminal().type("c");
            margay.terminal().await("grub>", SOON);
            return new RescueDisk(margay);
        } catch (AssertionError | IOException | InterruptedException e) {
            margay.close();
            throw e;
        }
    }

    Margay margay() {
        return margay;
    }

    /** Types a command, and gives what comes up to the next prompt. */
    String run(String command) throws IOException, InterruptedException {
        start(command);
        return margay.terminal().await("grub>", BOOT);
    }

    /** Types no faster than it is echoed: the buffer of a BIOS holds 15 keys. */
    void start(String command) throws IOException, InterruptedException {
        for (char key : command.toCharArray()) {
            margay.terminal().type(String.valueOf(key));
            margay.terminal().await(String.valueOf(key), SOON);
        }
        margay.terminal().type("\r");
    }
}
