import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Measures devices that come while the guest runs, and what passes through a network card. */
final class NetworkBench {
    private static final int MEBIBYTES = 32;
    private static final String CARD = "\"driver\": \"e1000\"";

    private final Bench bench;

    NetworkBench(Bench bench) {
        this.bench = bench;
    }

    /** device_add: the first brings the driver's bundle, the second finds it there. */
    void plug() throws Exception {
        bench.compare("device_add of the first e1000", "ms", peer -> plug(peer, 0));
        bench.compare("device_add of another e1000", "ms", peer -> plug(peer, 1));
    }

    private double plug(Bench.Peer peer, int before) throws Exception {
        int port = Bench.freePort();
        Process process = bench.start(bench.command(peer, "-S", "-qmp", Bench.qmp(port)));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            for (int i = 0; i < before; i++) {
                call(qmp, "device_add", CARD);
            }
            long start = System.nanoTime();
            call(qmp, "device_add", CARD);
            return Bench.seconds(start) * 1000;
        } finally {
            Bench.end(process);
        }
    }

    /** What a guest takes to use a card that was plugged, and what it sends and fetches through virtio-net. */
    void network() throws Exception {
        bench.compare("device_add of an e1000 to the guest's lease", "s", this::lease);
        bench.compare("TCP from host to guest, virtio-net and user network", "MB/s", peer -> transfer(peer, false));
        bench.compare("TCP from guest to host, virtio-net and user network", "MB/s", peer -> transfer(peer, true));
    }

    private double lease(Bench.Peer peer) throws Exception {
        int port = Bench.freePort();
        Process process = bench.start(bench.bootFull(peer, "-netdev", "user,id=n0", "-qmp", Bench.qmp(port)));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            Bench.waitFor(process.getInputStream(), "/ #");
            long start = System.nanoTime();
            call(qmp, "device_add", CARD + ", \"netdev\": \"n0\"");
            Bench.waitFor(process.getInputStream(), "lease of");
            return Bench.seconds(start);
        } finally {
            Bench.end(process);
        }
    }

    /** busybox' nc moves the bytes in the guest, from memory and to nowhere. */
    private double transfer(Bench.Peer peer, boolean toHost) throws Exception {
        int port = Bench.freePort();
        Process process = bench.start(bench.bootFull(peer, "-netdev", "user,id=n0", "-qmp", Bench.qmp(port)));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            server.setSoTimeout(60_000);
            Bench.waitFor(process.getInputStream(), "/ #");
            call(qmp, "device_add", "\"driver\": \"virtio-net-pci\", \"netdev\": \"n0\"");
            Bench.waitFor(process.getInputStream(), "lease of");
            String command = toHost
                    ? "dd if=/dev/zero bs=1M count=%1$d 2>/dev/null | nc 10.0.2.2 %2$d\n"
                    : "nc 10.0.2.2 %2$d </dev/null >/dev/null\n";
            OutputStream terminal = process.getOutputStream();
            terminal.write(command.formatted(MEBIBYTES, server.getLocalPort()).getBytes(StandardCharsets.US_ASCII));
            terminal.flush();
            try (Socket socket = server.accept()) {
                long start = System.nanoTime();
                long bytes = toHost ? drain(socket.getInputStream()) : fill(socket);
                return bytes / Bench.seconds(start) / 1e6;
            }
        } finally {
            Bench.end(process);
        }
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int count; (count = in.read(buffer)) >= 0; ) {
            total += count;
        }
        return total;
    }

    /** Ends when the guest has closed its side, so that nothing is left on the way. */
    private static long fill(Socket socket) throws IOException {
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < MEBIBYTES; i++) {
            socket.getOutputStream().write(block);
        }
        socket.shutdownOutput();
        return (long) MEBIBYTES * block.length + drain(socket.getInputStream());
    }

    private static void call(Bench.Qmp qmp, String command, String arguments) throws IOException {
        String answer = qmp.call("{\"execute\": \"%s\", \"arguments\": {%s}}".formatted(command, arguments));
        if (!answer.contains("\"return\"")) {
            throw new IOException(command + ": " + answer);
        }
    }
}
