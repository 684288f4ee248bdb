package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real gdb debugs the start of a real kernel, of which it has no symbols. */
@Timeout(300)
class GdbIT {
    /** "pref_address" in the kernel's header: where it runs from (Linux, Documentation/arch/x86/boot.rst). */
    private static final int PREFERRED_ADDRESS = 0x258;

    @Test
    void breaksStepsWatchesAndLetsTheKernelBoot() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay =
                DebianGuest.boot("-nodefaults", "-gdb", "tcp::" + port, "-S", "-append", "console=ttyS0 nokaslr")) {
            long kernel = preferredAddress(DebianGuest.CLOUD.kernel());
            String said = gdb(
                    port,
                    "info threads",
                    "hbreak *%#x".formatted(kernel),
                    "continue",
                    "printf \"at %#lx\\n\", $rip",
                    "printf \"long mode %d\\n\", ($efer >> 10) & 1",
                    // The first instruction sets the stack pointer up.
                    "stepi",
                    "printf \"stack %#lx\\n\", $rsp",
                    "delete",
                    "set $top = (unsigned long) $rsp - 8",
                    "watch *(unsigned long *) $top",
                    "continue",
                    "printf \"pushed %d\\n\", $rsp == $top",
                    "set $r15 = 0x1234567890abcdef",
                    "printf \"r15 %#lx\\n\", $r15",
                    "set $xmm3.uint128 = 77",
                    "printf \"xmm3 %d\\n\", (int) $xmm3.v4_int32[0]",
                    "set var *(int *) 0x90000 = 4711",
                    "printf \"memory %d\\n\", *(int *) 0x90000",
                    "delete",
                    "detach");
            assertThat(said)
                    .contains("CPU#0")
                    .contains("at %#x\n".formatted(kernel))
                    .contains("long mode 1\n")
                    .contains("pushed 1\n")
                    .contains("r15 0x1234567890abcdef\n")
                    .contains("memory 4711\n")
                    .contains("xmm3 77\n");
            assertThat(number(said, "stack (0x[0-9a-f]+)")).isGreaterThan(kernel);
            margay.terminal().await("Margay guest is up", DebianGuest.BOOT);
        }
    }

    @Test
    void interruptsARunningGuestAndFindsItPaused() throws Exception {
        int port = QmpClient.freePort();
        int qmpPort = QmpClient.freePort();
        try (Margay margay =
                DebianGuest.boot("-nodefaults", "-gdb", "tcp::" + port, "-qmp", QmpClient.server(qmpPort))) {
            margay.terminal().await("Margay guest is up", DebianGuest.BOOT);
            try (QmpClient qmp = QmpClient.negotiate(qmpPort)) {
                String said = gdb(port, "printf \"kernel %d\\n\", $cs & 3 ? 0 : 1", "info registers rip", "detach");
                assertThat(said).contains("rip ");
                qmp.awaitEvent("STOP", DebianGuest.BOOT);
                qmp.awaitEvent("RESUME", DebianGuest.BOOT);
            }
            margay.terminal().type("echo still-$((40 + 2))\n");
            margay.terminal().await("still-42", DebianGuest.BOOT);
        }
    }

    private static long preferredAddress(Path kernel) throws IOException {
        try (FileChannel file = FileChannel.open(kernel, StandardOpenOption.READ)) {
            ByteBuffer field = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(field, PREFERRED_ADDRESS);
            return field.getLong(0);
        }
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return Long.decode(matcher.group(1));
    }

    /** What gdb says to commands. */
    private static String gdb(int port, String... commands) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("gdb", "-nx", "-batch"));
        line.addAll(List.of("-ex", "set architecture i386:x86-64", "-ex", "target remote 127.0.0.1:" + port));
        for (String command : commands) {
            line.addAll(List.of("-ex", command));
        }
        return HostTool.run(line.toArray());
    }
}
