import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compute kernels on two vCPUs against one, in a Linux guest under both emulators. Two ratios: of the runs in the same time, which is
 * what a user sees and needs two idle cores, and of the runs in the same CPU time of the vCPUs' threads, which a loaded host changes
 * little: below 2 it shows what two vCPUs cost each other.
 */
final class SmpBench {
    private static final int VCPUS = 2;
    private static final int SECONDS = 3;
    private static final String DONE = "kernels done";
    private static final Pattern THREAD = Pattern.compile("\"thread[-_]id\": *(\\d+)");

    /** What one measurement came to. Seconds of the wall clock and of CPU time of all vCPUs' threads. */
    private record Measured(long runs, double seconds, double cpuSeconds) {
        double speed() {
            return runs / seconds;
        }

        double work() {
            return runs / cpuSeconds;
        }
    }

    /** One vCPU and all of them. */
    private record Pair(Measured one, Measured all) {
        double scaling() {
            return all.speed() / one.speed();
        }

        double scalingOfWork() {
            return VCPUS * all.work() / one.work();
        }
    }

    private final Bench bench;

    SmpBench(Bench bench) {
        this.bench = bench;
    }

    void kernels() throws Exception {
        System.out.println("compute kernels, two vCPUs to one; by CPU time of the vCPUs' threads in brackets");
        GuestProgram program = new GuestProgram(bench, "smp");
        List<Map<String, Pair>> margays = new ArrayList<>();
        List<Map<String, Pair>> qemus = new ArrayList<>();
        for (int i = 0; i < bench.rounds(); i++) {
            margays.add(run(program, Bench.Peer.MARGAY));
            qemus.add(run(program, Bench.Peer.QEMU_TCG));
        }
        System.out.printf("    %-10s %16s %16s%n", "", "Margay", "TCG");
        double[] product = {1, 1, 1, 1};
        List<String> names = List.copyOf(margays.getFirst().keySet());
        for (String name : names) {
            double[] ratios = {
                median(margays, name, true), median(margays, name, false),
                median(qemus, name, true), median(qemus, name, false)
            };
            for (int i = 0; i < product.length; i++) {
                product[i] *= ratios[i];
            }
            print(name, ratios);
        }
        double[] means = new double[product.length];
        for (int i = 0; i < product.length; i++) {
            means[i] = Math.pow(product[i], 1.0 / names.size());
        }
        print("mean", means);
    }

    private static void print(String name, double[] ratios) {
        System.out.printf(Locale.ROOT, "    %-10s %8.2f (%5.2f) %8.2f (%5.2f)%n", name, ratios[0], ratios[1], ratios[2], ratios[3]);
    }

    private static double median(List<Map<String, Pair>> rounds, String name, boolean wall) {
        return Bench.median(rounds.stream()
                .map(round -> round.get(name))
                .map(pair -> wall ? pair.scaling() : pair.scalingOfWork())
                .toList());
    }

    private static Map<String, Pair> run(GuestProgram program, Bench.Peer peer) throws Exception {
        int port = Bench.freePort();
        // QEMU's TCG has a thread for each vCPU here by default (-accel tcg,thread=multi).
        List<String> options = List.of("-smp", Integer.toString(VCPUS), "-qmp", Bench.qmp(port));
        Process process = program.inGuest(peer, options, "%d %d".formatted(SECONDS, VCPUS));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            List<Path> threads = vcpus(peer, process, qmp);
            InputStream serial = process.getInputStream();
            Map<String, Pair> pairs = new LinkedHashMap<>();
            Map<String, Measured> ones = new LinkedHashMap<>();
            long start = 0;
            double cpuStart = 0;
            for (String line; !(line = Bench.readUntil(serial, "\n").strip()).equals(DONE); ) {
                String[] words = line.split(" ");
                if (words[0].equals("begin")) {
                    start = System.nanoTime();
                    cpuStart = cpuSeconds(threads);
                } else if (words[0].equals("end")) {
                    Measured measured = new Measured(
                            Long.parseLong(words[3]), Bench.seconds(start), cpuSeconds(threads) - cpuStart);
                    Measured one = ones.putIfAbsent(words[1], measured);
                    if (one != null) {
                        pairs.put(words[1], new Pair(one, measured));
                    }
                } else if (line.contains("result")) {
                    throw new IOException(line);
                }
            }
            return pairs;
        } finally {
            Bench.end(process);
        }
    }

    /** Where Linux keeps the numbers of the vCPUs' threads. */
    private static List<Path> vcpus(Bench.Peer peer, Process process, Bench.Qmp qmp) throws IOException {
        List<Path> paths = new ArrayList<>();
        // QEMU has left the older command out.
        String query = peer == Bench.Peer.MARGAY ? "query-cpus" : "query-cpus-fast";
        String answer = qmp.call("{\"execute\": \"%s\"}".formatted(query));
        // A vCPU's place among sockets, cores and threads is another number of that name.
        Matcher ids = THREAD.matcher(answer.replaceAll("\"props\": *\\{[^}]*}", ""));
        while (ids.find()) {
            paths.add(Path.of("/proc/%d/task/%s/schedstat".formatted(process.pid(), ids.group(1))));
        }
        if (paths.size() != VCPUS) {
            throw new IOException("%d vCPUs".formatted(paths.size()));
        }
        return paths;
    }

    /** The first number of schedstat is the thread's time on a CPU in nanoseconds (Linux, Documentation/scheduler/sched-stats). */
    private static double cpuSeconds(List<Path> threads) throws IOException {
        double sum = 0;
        for (Path thread : threads) {
            sum += Long.parseLong(Files.readString(thread).split(" ")[0]) / 1e9;
        }
        return sum;
    }
}
