import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Measures what passes through a disk: a guest's dd with direct I/O on virtio-blk, and the streaming of a backing image. */
final class DiskBench {
    private static final int MEBIBYTES = 512;
    private static final int CHAIN_MEBIBYTES = 1024;
    /** Passes of one guest: the last counts, when both emulators have translated what it takes. */
    private static final int PASSES = 6;

    private final Bench bench;
    private final Path folder;

    DiskBench(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /** The image is in the host's page cache, as is what is written: what is measured is the way there. */
    void sequential() throws Exception {
        for (String size : List.of("64k", "256k", "1M")) {
            bench.compare("virtio-blk, raw image, read, direct, " + size, "MB/s", peer -> transfer(
                    peer, "dd if=/dev/vda of=/dev/null iflag=direct", size));
        }
        for (String size : List.of("64k", "256k", "1M")) {
            bench.compare("virtio-blk, raw image, write, direct, " + size, "MB/s", peer -> transfer(
                    peer, "dd if=/dev/zero of=/dev/vda oflag=direct", size));
        }
    }

    /** An overlay without content of its own gets all that lies below it; nothing else happens in the machine. */
    void stream() throws Exception {
        Path base = Files.createTempFile(folder, "base", ".img");
        Path overlay = folder.resolve("overlay.qcow2");
        try {
            fill(base, CHAIN_MEBIBYTES);
            bench.compare("block-stream of 1 GiB, qcow2 on a raw image", "MB/s", peer -> stream(peer, base, overlay));
        } finally {
            Files.delete(base);
            Files.deleteIfExists(overlay);
        }
    }

    private double stream(Bench.Peer peer, Path base, Path overlay) throws Exception {
        Files.deleteIfExists(overlay);
        Bench.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", base.toString(), overlay.toString());
        int port = Bench.freePort();
        Process process = bench.start(bench.command(
                peer, "-drive", "if=none,id=d0,format=qcow2,file=" + overlay, "-device", "virtio-blk-pci,drive=d0", "-qmp",
                Bench.qmp(port)));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            long start = System.nanoTime();
            qmp.out().write("{\"execute\": \"block-stream\", \"arguments\": {\"device\": \"d0\"}}\n".getBytes(StandardCharsets.US_ASCII));
            for (String line; !(line = qmp.in().readLine()).contains("BLOCK_JOB_COMPLETED"); ) {
                if (line.contains("\"error\"")) {
                    throw new IOException(line);
                }
            }
            return ((long) CHAIN_MEBIBYTES << 20) / Bench.seconds(start) / 1e6;
        } finally {
            Bench.end(process);
        }
    }

    private double transfer(Bench.Peer peer, String dd, String size) throws Exception {
        Path image = Files.createTempFile(folder, "disk", ".img");
        try {
            fill(image, MEBIBYTES);
            Process guest = bench.start(bench.bootCloud(
                    peer, "-drive", "if=none,id=d0,format=raw,file=" + image, "-device", "virtio-blk-pci,drive=d0"));
            try {
                return last(peer, guest, "%s bs=%s count=%d 2>/dev/null".formatted(dd, size, MEBIBYTES * 1024 / kibibytes(size)));
            } finally {
                Bench.end(guest);
            }
        } finally {
            Files.delete(image);
        }
    }

    private static int kibibytes(String size) {
        int number = Integer.parseInt(size.substring(0, size.length() - 1));
        return size.endsWith("M") ? number * 1024 : number;
    }

    private static void fill(Path image, int mebibytes) throws IOException {
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31 + i / 4096);
        }
        try (var out = Files.newOutputStream(image)) {
            for (int i = 0; i < mebibytes; i++) {
                out.write(block);
            }
        }
    }

    private static double last(Bench.Peer peer, Process guest, String command) throws Exception {
        InputStream serial = guest.getInputStream();
        Bench.waitFor(serial, "/ #");
        // Two words, so that the terminal's echo of the command is not taken for what it prints.
        guest.getOutputStream()
                .write("for i in $(seq %d); do echo 'pass' 'begins'; %s; echo 'pass' 'ends'; done\n"
                        .formatted(PASSES, command)
                        .getBytes(StandardCharsets.US_ASCII));
        guest.getOutputStream().flush();
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < PASSES; i++) {
            Bench.waitFor(serial, "pass begins");
            long start = System.nanoTime();
            Bench.waitFor(serial, "pass ends");
            all.add((MEBIBYTES << 20) / Bench.seconds(start) / 1e6);
        }
        System.out.printf("    %s: %s MB/s%n", peer, all.stream()
                .map(rate -> String.format(Locale.ROOT, "%.0f", rate))
                .collect(Collectors.joining(", ")));
        return all.getLast();
    }
}
