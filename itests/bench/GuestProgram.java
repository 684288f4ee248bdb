import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A static Linux program made of the engine's compute kernels, alone or in a guest that has it in its root. */
final class GuestProgram {
    private static final String KERNELS = "bundles/cpu/src/test/resources/org/margay/cpu/bench";

    private final Bench bench;
    private final String name;
    private final Path program;
    private final Path initrd;

    /** Compiles {@code itests/bench/guest/NAME.c}. */
    GuestProgram(Bench bench, String name) throws Exception {
        this.bench = bench;
        this.name = name;
        this.program = bench.work().resolve(name);
        this.initrd = bench.work().resolve("initrd-" + name);
        Bench.run("gcc", "-O2", "-static", "-fno-pie", "-no-pie", "-fcf-protection=none", "-I" + KERNELS, "-o",
                program.toString(), "itests/bench/guest/%s.c".formatted(name));
        ByteArrayOutputStream archives = new ByteArrayOutputStream();
        archives.writeBytes(Files.readAllBytes(bench.guest().resolve("initrd.gz")));
        pad(archives);
        entry(archives, name, 0100755, Files.readAllBytes(program));
        entry(archives, "TRAILER!!!", 0, new byte[0]);
        Files.write(initrd, archives.toByteArray());
    }

    Path onHost() {
        return program;
    }

    /** Boots the guest and types the program's name with arguments; its output comes from the process. */
    Process inGuest(Bench.Peer peer, List<String> options, String arguments) throws Exception {
        List<String> more = new ArrayList<>(List.of(
                "-m", "256", "-kernel", bench.guest().resolve("vmlinuz").toString(), "-initrd", initrd.toString(),
                "-append", "console=ttyS0 loglevel=1", "-serial", "stdio"));
        more.addAll(options);
        Process process = bench.start(bench.command(peer, more.toArray(String[]::new)));
        try {
            InputStream serial = process.getInputStream();
            Bench.waitFor(serial, "Type poweroff");
            Bench.waitFor(serial, "# ");
            // The shell asks the terminal for the cursor's place, and takes what is typed at once for the answer.
            Thread.sleep(1000);
            process.getOutputStream().write("/%s %s\n".formatted(name, arguments).getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            return process;
        } catch (IOException | InterruptedException e) {
            Bench.end(process);
            throw e;
        }
    }

    /** An entry of a cpio archive (newc); the kernel unpacks one archive behind the other, each from a multiple of four bytes. */
    private static void entry(ByteArrayOutputStream out, String name, int mode, byte[] content) {
        StringBuilder header = new StringBuilder("070701");
        for (int field : new int[] {1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0}) {
            header.append("%08X".formatted(field));
        }
        out.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        pad(out);
        out.writeBytes(content);
        pad(out);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }
}
