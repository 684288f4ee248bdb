package org.margay.nbd.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server that we did not write: qemu-nbd, in the background as soon as it listens. */
final class QemuNbd implements AutoCloseable {
    private final ProcessHandle process;

    private QemuNbd(ProcessHandle process) {
        this.process = process;
    }

    static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/qemu-nbd"));
    }

    /** Starts it; clients come and go. */
    static QemuNbd start(Path folder, String... arguments) throws IOException, InterruptedException {
        Path pid = folder.resolve("nbd.pid");
        List<String> command =
                new ArrayList<>(List.of("qemu-nbd", "--fork", "--persistent", "--shared=0", "--pid-file=" + pid));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("nbd.log");
        Process launcher = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (launcher.waitFor() != 0) {
            throw new IOException("qemu-nbd: " + Files.readString(log));
        }
        return new QemuNbd(
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow());
    }

    /** Ends it, like a power cut. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
