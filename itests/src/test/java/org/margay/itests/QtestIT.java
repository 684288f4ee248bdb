package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chips of the board, driven from outside by the device test protocol, on stepped time. */
class QtestIT {
    @Test
    void chipsAnswerOnSteppedTime(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("qtest.log");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Margay margay = Margay.start(
                        "-nodefaults",
                        "-display",
                        "none",
                        "-accel",
                        "qtest",
                        "-m",
                        "64",
                        "-qtest",
                        "tcp:127.0.0.1:" + server.getLocalPort(),
                        "-qtest-log",
                        log.toString())) {
            server.setSoTimeout(60_000);
            try (Socket socket = server.accept()) {
                Tester tester = new Tester(socket);
                tester.expect("endianness", "OK little");
                tester.expect("write 0x1000 4 0xdeadbeef", "OK");
                tester.expect("readl 0x1000", "OK 0x00000000efbeadde");
                tester.expect("outl 0xcf8 0x80000000", "OK");
                tester.expect("inl 0xcfc", "OK 0x12378086");

                tester.expect("irq_intercept_in ioapic", "OK");
                // PIT channel 0, mode 2, every 11,932 ticks of 1,193,182 Hz: about 10 ms (8254 data sheet, "Mode 2").
                tester.expect("outb 0x43 0x34", "OK");
                tester.expect("outb 0x40 0x9c", "OK");
                tester.expect("outb 0x40 0x2e", "OK");
                tester.send("clock_step 25000000");
                assertThat(tester.until("OK")).filteredOn("IRQ raise 2"::equals).hasSize(2);
                tester.expect("frobnicate", "FAIL Unknown command 'frobnicate'");
            }
        }
        assertThat(Files.readString(log)).contains("endianness").contains("OK little");
    }

    private static final class Tester {
        private final Socket socket;
        private final BufferedReader reader;

        Tester(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(30_000);
            this.reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void send(String command) throws IOException {
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        void expect(String command, String answer) throws IOException {
            send(command);
            assertThat(reader.readLine()).as(command).isEqualTo(answer);
        }

        List<String> until(String start) throws IOException {
            List<String> lines = new ArrayList<>();
            String line;
            do {
                line = reader.readLine();
                lines.add(line);
            } while (line != null && !line.startsWith(start));
            return lines;
        }
    }
}
