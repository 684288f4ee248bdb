import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Measures Margay beside QEMU's translator, as whole processes, alternating, and prints medians and ratios.
 *
 * <p>{@code ./dev bench [boot] [compute] [engine] [micro] [busybox] [smp] [clocks] [greeting] [qmp] [idle] [plug] [network] [http] [disk] [stream] [image] [--rounds N]}; it needs qemu-system-x86_64 and, for compute,
 * gcc and objcopy, all from Debian packages.
 */
final class Bench {
    private static final String QEMU = "qemu-system-x86_64";
    private static final String GUEST_UP = "Margay guest is up";

    private final Path margay;
    private final Path guest;
    private final Path work;
    private final int rounds;

    private Bench(Path margay, Path guest, Path work, int rounds) {
        this.margay = margay;
        this.guest = guest;
        this.work = work;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        Path margay = Path.of(option(words, "--margay", "distribution/target/margay-0.1.0/bin/margay"));
        Path guest = Path.of(option(words, "--guest", "distribution/target/guest"));
        int rounds = Integer.parseInt(option(words, "--rounds", "3"));
        Bench bench = new Bench(margay, guest, Files.createTempDirectory("margay-bench"), rounds);
        List<String> parts = words.isEmpty() ? List.of("greeting", "qmp", "plug", "compute", "engine", "micro", "busybox", "smp", "clocks", "boot", "idle", "network", "http", "disk", "stream", "image") : words;
        for (String part : parts) {
            switch (part) {
                case "boot" -> bench.boot();
                case "compute" -> bench.compute();
                case "engine" -> new EngineBench(bench).kernels();
                case "micro" -> new SystemBench(bench).micro();
                case "busybox" -> new SystemBench(bench).busybox();
                case "smp" -> new SmpBench(bench).kernels();
                case "clocks" -> new ClockBench(bench).drift();
                case "greeting" -> bench.greeting();
                case "qmp" -> bench.roundTrips();
                case "idle" -> bench.idle();
                case "plug" -> new NetworkBench(bench).plug();
                case "network" -> new NetworkBench(bench).network();
                case "http" -> new NetworkBench(bench).http();
                case "image" -> new ImageBench(margay.resolveSibling("margay-img"), bench.work, rounds).run();
                case "disk" -> new DiskBench(bench, bench.work).sequential();
                case "stream" -> new DiskBench(bench, bench.work).stream();
                default -> throw new IllegalArgumentException(
                        "no part '%s'; there are boot, compute, engine, micro, busybox, smp, clocks, greeting, qmp, idle, plug, network, http, disk, stream, image".formatted(part));
            }
        }
    }

    private static String option(List<String> words, String name, String byDefault) {
        int at = words.indexOf(name);
        if (at < 0) {
            return byDefault;
        }
        words.remove(at);
        return words.remove(at);
    }

    Path guest() {
        return guest;
    }

    Path work() {
        return work;
    }

    int rounds() {
        return rounds;
    }

    /** One emulator's command line, before what a part adds. */
    enum Peer {
        MARGAY,
        QEMU_TCG
    }

    List<String> command(Peer peer, String... more) {
        List<String> command = new ArrayList<>(
                peer == Peer.MARGAY ? List.of(margay.toString()) : List.of(QEMU, "-accel", "tcg"));
        command.addAll(List.of("-nodefaults", "-display", "none"));
        command.addAll(Arrays.asList(more));
        return command;
    }

    Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(work.resolve("stderr.txt").toFile())
                .start();
    }

    private void boot() throws Exception {
        compare("Debian cloud kernel to the shell", "s", peer -> {
            long start = System.nanoTime();
            Process process = start(bootCommand(peer, "stdio"));
            try {
                waitFor(process.getInputStream(), GUEST_UP);
                return seconds(start);
            } finally {
                end(process);
            }
        });
    }

    private List<String> bootCommand(Peer peer, String serial, String... more) {
        return bootCommand(peer, guest, serial, more);
    }

    /** The guest with virtio's drivers only. */
    List<String> bootCloud(Peer peer, String... more) {
        return bootCommand(peer, guest, "stdio", more);
    }

    /** The guest with the drivers of all cards. */
    List<String> bootFull(Peer peer, String... more) {
        return bootCommand(peer, guest.resolve("full"), "stdio", more);
    }

    private List<String> bootCommand(Peer peer, Path folder, String serial, String... more) {
        List<String> command = command(
                peer,
                "-m",
                "256",
                "-kernel",
                folder.resolve("vmlinuz").toString(),
                "-initrd",
                folder.resolve("initrd.gz").toString(),
                "-append",
                "console=ttyS0",
                "-serial",
                serial);
        command.addAll(Arrays.asList(more));
        return command;
    }

    private void compute() throws Exception {
        Path source = Path.of("itests/bench/guest");
        Path elf64 = work.resolve("compute64");
        Path elf = work.resolve("compute.elf");
        run("gcc", "-O2", "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-mno-red-zone", "-fcf-protection=none",
                "-nostdlib", "-static", "-Wl,-T," + source.resolve("link.ld"), "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
                "-o", elf64.toString(), source.resolve("start.S").toString(), source.resolve("compute.c").toString());
        run("objcopy", "-O", "elf32-i386", elf64.toString(), elf.toString());
        compare("compute: sieve, crc, mix, quicksort", "s", peer -> {
            int port = freePort();
            Process process = start(
                    command(peer, "-m", "64", "-kernel", elf.toString(), "-serial", "stdio", "-qmp", qmp(port)));
            try {
                InputStream serial = process.getInputStream();
                waitFor(serial, "S");
                long start = System.nanoTime();
                StringBuilder times = new StringBuilder();
                for (String letter : List.of("a", "b", "c", "d")) {
                    waitFor(serial, letter);
                    times.append(" %s %.2f s".formatted(letter, seconds(start)));
                }
                double seconds = seconds(start);
                if (peer == Peer.MARGAY) {
                    long instructions = instructions(port);
                    System.out.printf(Locale.ROOT, "    %.0f million instructions a second;%s%n", instructions / seconds / 1e6, times);
                }
                return seconds;
            } finally {
                end(process);
            }
        });
    }

    private static long instructions(int port) throws IOException {
        try (Qmp qmp = Qmp.connect(port)) {
            String answer = qmp.call(
                    "{\"execute\": \"qom-get\", \"arguments\": {\"path\": \"/machine/unattached/device[0]\", \"property\": \"instructions\"}}");
            return Long.parseLong(answer.replaceAll("\\D", ""));
        }
    }

    private void greeting() throws Exception {
        compare("process start to QMP greeting", "s", peer -> {
            int port = freePort();
            long start = System.nanoTime();
            Process process = start(command(peer, "-S", "-qmp", qmp(port)));
            try (Qmp _ = Qmp.connect(port)) {
                return seconds(start);
            } finally {
                end(process);
            }
        });
    }

    private void roundTrips() throws Exception {
        compare("QMP query-status round trips, one TCP client", "/s", peer -> {
            int port = freePort();
            Process process = start(command(peer, "-S", "-qmp", qmp(port)));
            try (Qmp qmp = Qmp.connect(port)) {
                String query = "{\"execute\": \"query-status\"}";
                for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5); System.nanoTime() < end; ) {
                    qmp.call(query);
                }
                long start = System.nanoTime();
                int count = 0;
                for (; seconds(start) < 5; count++) {
                    qmp.call(query);
                }
                return count / seconds(start);
            } finally {
                end(process);
            }
        });
    }

    private void idle() throws Exception {
        compare("idle guest: memory beyond guest RAM", "MiB", peer -> idleGuest(peer, Bench::memoryBeyondGuest));
        compare("idle guest: share of one core", "%", peer -> idleGuest(peer, Bench::cpuShare));
    }

    private double idleGuest(Peer peer, ToDoubleFunction<Process> measure) throws Exception {
        Process process = start(bootCommand(peer, "stdio"));
        try {
            waitFor(process.getInputStream(), GUEST_UP);
            Thread.sleep(10_000);
            return measure.applyAsDouble(process);
        } finally {
            end(process);
        }
    }

    /** Resident bytes of all mappings but the one as large as the guest's RAM. */
    private static double memoryBeyondGuest(Process process) {
        try {
            long total = 0;
            boolean guestRam = false;
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps"))) {
                if (line.startsWith("Size:")) {
                    guestRam = kib(line) == 256 << 10;
                } else if (line.startsWith("Rss:") && !guestRam) {
                    total += kib(line);
                }
            }
            return total / 1024.0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private static double cpuShare(Process process) {
        try {
            long before = cpuTicks(process);
            Thread.sleep(10_000);
            return (cpuTicks(process) - before) / 10.0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** User and system time in hundredths of a second (proc(5), fields 14 and 15 of stat). */
    private static long cpuTicks(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** A measurement of one emulator. */
    interface Measurement {
        double measure(Peer peer) throws Exception;
    }

    void compare(String what, String unit, Measurement measurement) throws Exception {
        System.out.printf("%s%n", what);
        List<Double> margays = new ArrayList<>();
        List<Double> qemus = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            margays.add(measurement.measure(Peer.MARGAY));
            qemus.add(measurement.measure(Peer.QEMU_TCG));
        }
        double ours = median(margays);
        double theirs = median(qemus);
        System.out.printf(
                Locale.ROOT, "    Margay %.2f %s, QEMU TCG %.2f %s, ratio %.2f%n", ours, unit, theirs, unit, ours / theirs);
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    static String qmp(int port) {
        return "tcp:127.0.0.1:%d,server,nowait".formatted(port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static void waitFor(InputStream stream, String text) throws IOException {
        readUntil(stream, text);
    }

    /** What comes up to some text, with it. */
    static String readUntil(InputStream stream, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (int c; (c = stream.read()) >= 0; ) {
            seen.append((char) c);
            if (c == text.charAt(text.length() - 1) && seen.indexOf(text, Math.max(0, seen.length() - text.length())) >= 0) {
                return seen.toString();
            }
        }
        throw new IOException("the process ended before it printed '%s':%n%s".formatted(text, seen));
    }

    static void run(String... command) throws Exception {
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException("%s ended with %d".formatted(command[0], code));
        }
    }

    static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** A small QMP client. */
    record Qmp(Socket socket, BufferedReader in, OutputStream out) implements AutoCloseable {
        static Qmp connect(int port) throws IOException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (true) {
                Socket socket = new Socket();
                try {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                    Qmp qmp = new Qmp(socket, in, socket.getOutputStream());
                    in.readLine();
                    qmp.call("{\"execute\": \"qmp_capabilities\"}");
                    return qmp;
                } catch (IOException e) {
                    socket.close();
                    if (System.nanoTime() > end) {
                        throw e;
                    }
                }
            }
        }

        /** The next line that is no event. */
        String call(String command) throws IOException {
            out.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            for (String line; (line = in.readLine()) != null; ) {
                if (!line.contains("\"event\"")) {
                    return line;
                }
            }
            throw new IOException("connection closed");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
