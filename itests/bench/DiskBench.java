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

    private double transfer(Bench.Peer peer, String dd, String size) throws Exception {
        Path image = Files.createTempFile(folder, "disk", ".img");
        try {
            fill(image);
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

    private static void fill(Path image) throws IOException {
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i * 31 + i / 4096);
        }
        try (var out = Files.newOutputStream(image)) {
            for (int i = 0; i < MEBIBYTES; i++) {
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
