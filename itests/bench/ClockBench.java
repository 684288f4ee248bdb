import java.io.InputStream;
import java.util.List;

/**
 * How far the clocks of a busy Linux guest are off the host's after a minute in which the machine was stopped for a while. Aim: 0.1 %. TSC is
 * 1 GHz in Margay and unknown in QEMU, where it is left out.
 */
final class ClockBench {
    private static final int SECONDS = 60;
    private static final long STOPPED_MILLIS = 5_000;
    private static final List<String> CLOCKS = List.of("TSC", "HPET", "ACPI", "PIT", "RTC", "kernel");

    private final Bench bench;

    ClockBench(Bench bench) {
        this.bench = bench;
    }

    void drift() throws Exception {
        System.out.printf("clocks of a busy guest against the host after %d s, %% off%n", SECONDS);
        System.out.printf("    %-8s %s%n", "", String.join("", CLOCKS.stream().map("%10s"::formatted).toList()));
        GuestProgram program = new GuestProgram(bench, "clocks");
        for (Bench.Peer peer : List.of(Bench.Peer.MARGAY, Bench.Peer.QEMU_TCG)) {
            run(program, peer);
        }
    }

    private static void run(GuestProgram program, Bench.Peer peer) throws Exception {
        int port = Bench.freePort();
        Process process = program.inGuest(
                peer, List.of("-rtc", "clock=vm", "-qmp", Bench.qmp(port)), Integer.toString(SECONDS));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            InputStream serial = process.getInputStream();
            Bench.waitFor(serial, "first");
            long start = System.nanoTime();
            Thread.sleep(SECONDS * 1000 / 3);
            long stop = System.nanoTime();
            qmp.call("{\"execute\": \"stop\"}");
            Thread.sleep(STOPPED_MILLIS);
            qmp.call("{\"execute\": \"cont\"}");
            long stopped = System.nanoTime() - stop;
            Bench.waitFor(serial, "last ");
            double host = System.nanoTime() - start - stopped;
            String[] nanos = Bench.readUntil(serial, "\n").strip().split(" ");
            System.out.printf("    %-8s ", peer == Bench.Peer.MARGAY ? "Margay" : "TCG");
            for (int i = 0; i < CLOCKS.size(); i++) {
                boolean known = i > 0 || peer == Bench.Peer.MARGAY;
                System.out.print(known
                        ? "%10.4f".formatted(100 * (Double.parseDouble(nanos[i]) / host - 1))
                        : "%10s".formatted("-"));
            }
            System.out.println();
        } finally {
            Bench.end(process);
        }
    }
}
