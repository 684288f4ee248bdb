import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The eight compute kernels of the engine's tests as a Linux program: natively, and in the guest under both emulators. Times are the
 * guest's own, of one run: the mean over the first second, and the median in steady state.
 */
final class EngineBench {
    private static final String DONE = "kernels done";

    /** Seconds of one run. */
    private record Times(double first, double steady) {}

    private final Bench bench;

    EngineBench(Bench bench) {
        this.bench = bench;
    }

    void kernels() throws Exception {
        System.out.println("compute kernels in a Linux guest, milliseconds a run; ratios are TCG's time to Margay's");
        GuestProgram program = new GuestProgram(bench, "engine");

        List<Map<String, Times>> natives = new ArrayList<>();
        List<Map<String, Times>> margays = new ArrayList<>();
        List<Map<String, Times>> qemus = new ArrayList<>();
        for (int i = 0; i < bench.rounds(); i++) {
            natives.add(natively(program.onHost()));
            margays.add(inGuest(program, Bench.Peer.MARGAY));
            qemus.add(inGuest(program, Bench.Peer.QEMU_TCG));
        }
        double steady = 1;
        double first = 1;
        List<String> names = List.copyOf(natives.getFirst().keySet());
        System.out.printf("    %-10s %9s %19s %19s %7s %7s%n", "", "native", "Margay (1st s)", "TCG (1st s)", "steady", "1st s");
        for (String name : names) {
            double ours = median(margays, name, Times::steady);
            double theirs = median(qemus, name, Times::steady);
            double oursFirst = median(margays, name, Times::first);
            double theirsFirst = median(qemus, name, Times::first);
            steady *= theirs / ours;
            first *= theirsFirst / oursFirst;
            System.out.printf(Locale.ROOT, "    %-10s %9.3f %9.3f %9.3f %9.3f %9.3f %7.2f %7.2f%n", name,
                    median(natives, name, Times::steady) * 1e3, ours * 1e3, oursFirst * 1e3, theirs * 1e3,
                    theirsFirst * 1e3, theirs / ours, theirsFirst / oursFirst);
        }
        System.out.printf(Locale.ROOT, "    geometric mean of ratios: steady state %.2f, first second %.2f%n",
                Math.pow(steady, 1.0 / names.size()), Math.pow(first, 1.0 / names.size()));
    }

    private static double median(List<Map<String, Times>> rounds, String name, ToDoubleFunction<Times> which) {
        double[] sorted = rounds.stream()
                .mapToDouble(round -> which.applyAsDouble(round.get(name)))
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private static Map<String, Times> natively(Path program) throws IOException {
        Process process = new ProcessBuilder(program.toString()).start();
        return parse(Bench.readUntil(process.getInputStream(), DONE));
    }

    private static Map<String, Times> inGuest(GuestProgram program, Bench.Peer peer) throws Exception {
        Process process = program.inGuest(peer, List.of(), "");
        try {
            return parse(Bench.readUntil(process.getInputStream(), DONE));
        } finally {
            Bench.end(process);
        }
    }

    private static Map<String, Times> parse(String output) {
        Map<String, Times> times = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split(" ");
            if (words.length == 8 && words[0].equals("kernel")) {
                times.put(words[1], new Times(Double.parseDouble(words[3]), Double.parseDouble(words[5])));
            }
        }
        return times;
    }
}
