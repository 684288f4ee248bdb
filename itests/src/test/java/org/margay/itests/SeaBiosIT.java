package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BIOS that we did not write, from the reset vector to its boot menu. */
class SeaBiosIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void reachesItsBootMenu(@TempDir Path folder) throws Exception {
        Path bios = DebianPackage.file("seabios", "usr/share/seabios/bios.bin");
        Path log = folder.resolve("debug.log");
        int port = QmpClient.freePort();
        try (Margay margay = Margay.start(
                        "-nodefaults",
                        "-display",
                        "none",
                        "-m",
                        "96",
                        "-boot",
                        "menu=on",
                        "-bios",
                        bios.toString(),
                        "-chardev",
                        "file,id=bios,path=" + log,
                        "-device",
                        "isa-debugcon,iobase=0x402,chardev=bios",
                        "-qmp",
                        QmpClient.server(port));
                QmpClient qmp = QmpClient.negotiate(port)) {
            String text = awaitText(log, "Press ESC for boot menu");
            assertThat(text).contains("addr 0x0000000000000000 len 0x0000000006000000 [RAM]");
            assertThat(text).contains("Found 1 cpu(s)");
            assertThat(text).contains("PCI: init bdf=00:00.0 id=8086:1237");
            assertThat(text).contains("PCI: init bdf=00:01.0 id=8086:7000");
            assertThat(text).contains("PCI: init bdf=00:01.3 id=8086:7113");
            JsonNode devices = qmp.execute("query-pci").get(0).get("devices");
            assertThat(devices)
                    .extracting(device -> device.get("class_info").get("desc").asText())
                    .contains("Host bridge", "ISA bridge", "Bridge");
        }
    }

    private static String awaitText(Path log, String text) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String seen = Files.exists(log) ? Files.readString(log) : "";
            if (seen.contains(text)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("'%s' is not on the debug console:%n%s".formatted(text, seen));
            }
            Thread.sleep(50);
        }
    }
}
