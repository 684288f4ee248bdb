package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that are not Linux', and installers. The long ones run with {@code -Dmargay.guests=all}. */
class OtherGuestsIT {
    /** A count of errors that is not 0. */
    private static final String ERRORS = "Errors: +[1-9]";

    private static final Duration PATIENCE = Duration.ofMinutes(6);

    @Test
    void xenPrintsItsBanner(@TempDir Path folder) throws Exception {
        Path packed = DebianPackage.file("xen-hypervisor-4.17-amd64", "boot/xen-4.17-amd64.gz");
        Path xen = folder.resolve("xen");
        try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.copy(unpacked, xen, StandardCopyOption.REPLACE_EXISTING);
        }
        try (Margay margay = start("512", xen, "console=com1 com1=115200,8n1")) {
            margay.terminal().await("(XEN) Xen version 4.17", PATIENCE);
            margay.terminal().await("(XEN) Command line: console=com1", PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x64", "ia32"})
    void memtestFindsNoErrorInTheTestsThatDoNotWait(String flavour) throws Exception {
        try (Margay margay = memtest(flavour)) {
            String soFar = margay.terminal().await("[Bit fade test", PATIENCE);
            assertThat(soFar).contains("Errors: ").doesNotContainPattern(ERRORS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x64", "ia32"})
    @EnabledIfSystemProperty(named = "margay.guests", matches = "all")
    void memtestRunsAPassWithoutAnError(String flavour) throws Exception {
        try (Margay margay = memtest(flavour)) {
            String soFar = margay.terminal().await("Pass:  1", PATIENCE);
            assertThat(soFar).doesNotContainPattern(ERRORS);
        }
    }

    private static Margay memtest(String flavour) throws IOException, InterruptedException {
        Path memtest = DebianPackage.file("memtest86+", "boot/memtest86+%s.bin".formatted(flavour));
        return start("8", memtest, "console=ttyS0,115200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "i386"})
    @EnabledIfSystemProperty(named = "margay.guests", matches = "all")
    void installerAsksItsFirstQuestion(String architecture) throws Exception {
        String name = "debian-installer-12-netboot-" + architecture;
        String folder = "usr/lib/debian-installer/images/12/%1$s/text/debian-installer/%1$s/".formatted(architecture);
        Path kernel = DebianPackage.file(name, folder + "linux");
        Path initrd = DebianPackage.file(name, folder + "initrd.gz");
        try (Margay margay = start("1024", kernel, "console=ttyS0 ---", "-initrd", initrd.toString())) {
            margay.terminal().await("Select a language", PATIENCE);
        }
    }

    private static Margay start(String mebibytes, Path kernel, String commandLine, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "-nodefaults", "-display", "none", "-serial", "stdio", "-m", mebibytes, "-kernel", kernel.toString()));
        options.addAll(List.of("-append", commandLine));
        options.addAll(List.of(more));
        return Margay.start(options.toArray(String[]::new));
    }
}
