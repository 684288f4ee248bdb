import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the guest's kernel and small processes cost under both emulators. Times are the guest's own: of the first second or run, and
 * the median in steady state.
 */
final class SystemBench {
    private static final String DONE = "measured all";

    /** Seconds of one operation or command. */
    private record Times(double first, double steady) {}

    private final Bench bench;

    SystemBench(Bench bench) {
        this.bench = bench;
    }

    void micro() throws Exception {
        System.out.println("kernel's micro costs in a Linux guest, microseconds; ratios are Margay's time to TCG's");
        table("micro", "1st s", 1e6);
    }

    void busybox() throws Exception {
        System.out.println("busybox in a Linux guest, seconds; ratios are Margay's time to TCG's");
        table("busybox", "1st run", 1);
    }

    private void table(String part, String first, double unit) throws Exception {
        GuestProgram program = new GuestProgram(bench, "system");
        List<Map<String, Times>> margays = new ArrayList<>();
        List<Map<String, Times>> qemus = new ArrayList<>();
        for (int i = 0; i < bench.rounds(); i++) {
            margays.add(inGuest(program, Bench.Peer.MARGAY, part));
            qemus.add(inGuest(program, Bench.Peer.QEMU_TCG, part));
        }
        System.out.printf("    %-11s %21s %21s %8s %8s%n", "", "Margay (%s)".formatted(first),
                "TCG (%s)".formatted(first), "steady", first);
        for (String name : margays.getFirst().keySet()) {
            double ours = median(margays, name, Times::steady) * unit;
            double theirs = median(qemus, name, Times::steady) * unit;
            double oursFirst = median(margays, name, Times::first) * unit;
            double theirsFirst = median(qemus, name, Times::first) * unit;
            System.out.printf(Locale.ROOT, "    %-11s %10.3f %10.3f %10.3f %10.3f %8.2f %8.2f%n", name, ours, oursFirst,
                    theirs, theirsFirst, ours / theirs, oursFirst / theirsFirst);
        }
    }

    private static Map<String, Times> inGuest(GuestProgram program, Bench.Peer peer, String part) throws Exception {
        Process process = program.inGuest(peer, List.of(), part);
        try {
            return parse(Bench.readUntil(process.getInputStream(), DONE));
        } finally {
            Bench.end(process);
        }
    }

    private static double median(List<Map<String, Times>> rounds, String name, ToDoubleFunction<Times> which) {
        return Bench.median(rounds.stream()
                .map(round -> which.applyAsDouble(round.get(name)))
                .toList());
    }

    private static Map<String, Times> parse(String output) {
        Map<String, Times> times = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split(" ");
            if (words.length == 6 && words[0].equals("measured")) {
                times.put(words[1], new Times(Double.parseDouble(words[3]), Double.parseDouble(words[5])));
            }
        }
        return times;
    }
}
