import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/** Measures devices that come while the guest runs, and what passes through a network card. */
final class NetworkBench {
    private static final int MEBIBYTES = 32;
    /** Of a transfer by HTTP: with a copy in its memory the guest has enough left. */
    private static final int FILE_MEBIBYTES = 96;
    /** Transfers by HTTP in one guest: the last counts, when both emulators have translated what it takes. */
    private static final int TRANSFERS = 8;
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
        bench.compare("TCP from host to guest, virtio-net and user network, nc", "MB/s", peer -> transfer(peer, false));
        bench.compare("TCP from guest to host, virtio-net and user network, nc", "MB/s", peer -> transfer(peer, true));
    }

    /** With large system calls, so that the guest's own work per byte is small. */
    void http() throws Exception {
        bench.compare("HTTP from host to guest, virtio-net and user network, wget", "MB/s", this::download);
        bench.compare("HTTP from guest to host, virtio-net and user network, httpd", "MB/s", this::upload);
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

    /** A guest that has a lease by a virtio-net card that was plugged; its shell is at the process's streams. */
    private Process guestWithLease(Bench.Peer peer, String netdev) throws Exception {
        int port = Bench.freePort();
        Process process = bench.start(bench.bootFull(peer, "-netdev", netdev, "-qmp", Bench.qmp(port)));
        try (Bench.Qmp qmp = Bench.Qmp.connect(port)) {
            Bench.waitFor(process.getInputStream(), "/ #");
            call(qmp, "device_add", "\"driver\": \"virtio-net-pci\", \"netdev\": \"n0\"");
            Bench.waitFor(process.getInputStream(), "lease of");
            return process;
        } catch (Exception e) {
            Bench.end(process);
            throw e;
        }
    }

    private static void type(Process guest, String command) throws IOException {
        OutputStream terminal = guest.getOutputStream();
        terminal.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        terminal.flush();
    }

    /** busybox' nc moves the bytes in the guest, from memory and to nowhere, 1 KiB with each call. */
    private double transfer(Bench.Peer peer, boolean toHost) throws Exception {
        Process guest = guestWithLease(peer, "user,id=n0");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            String command = toHost
                    ? "dd if=/dev/zero bs=1M count=%1$d 2>/dev/null | nc 10.0.2.2 %2$d"
                    : "nc 10.0.2.2 %2$d </dev/null >/dev/null";
            type(guest, command.formatted(MEBIBYTES, server.getLocalPort()));
            try (Socket socket = server.accept()) {
                long start = System.nanoTime();
                long bytes = toHost ? drain(socket.getInputStream()) : fill(socket);
                return bytes / Bench.seconds(start) / 1e6;
            }
        } finally {
            Bench.end(guest);
        }
    }

    private double download(Bench.Peer peer) throws Exception {
        Process guest = guestWithLease(peer, "user,id=n0");
        BlockingQueue<Long> begin = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/file", exchange -> {
            begin.add(System.nanoTime());
            serve(exchange);
        });
        server.start();
        try {
            return last(peer, () -> fetch(guest, server.getAddress().getPort(), begin));
        } finally {
            server.stop(0);
            Bench.end(guest);
        }
    }

    /** Bytes a second, from the request's coming to the guest's word that it has all. */
    private static double fetch(Process guest, int port, BlockingQueue<Long> begin) throws Exception {
        // Two words, so that the terminal's echo of the command is not taken for its end.
        type(guest, "wget -q -O /dev/null http://10.0.2.2:%d/file && echo 'all' 'there'".formatted(port));
        Bench.waitFor(guest.getInputStream(), "all there");
        return (FILE_MEBIBYTES << 20) / Bench.seconds(begin.remove()) / 1e6;
    }

    private static double last(Bench.Peer peer, Callable<Double> transfer) throws Exception {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < TRANSFERS; i++) {
            all.add(transfer.call());
        }
        System.out.printf("    %s: %s MB/s%n", peer, all.stream().map("%.0f"::formatted).collect(Collectors.joining(", ")));
        return all.getLast();
    }

    private static void serve(HttpExchange exchange) throws IOException {
        byte[] block = new byte[1 << 20];
        try (exchange) {
            exchange.sendResponseHeaders(200, (long) FILE_MEBIBYTES * block.length);
            for (int i = 0; i < FILE_MEBIBYTES; i++) {
                exchange.getResponseBody().write(block);
            }
        }
    }

    /** busybox' httpd has the guest's kernel send the file (sendfile). */
    private double upload(Bench.Peer peer) throws Exception {
        int port = Bench.freePort();
        Process guest = guestWithLease(peer, "user,id=n0,hostfwd=tcp:127.0.0.1:%d-:80".formatted(port));
        try {
            type(guest, "mkdir /www && mount -t tmpfs -o size=90% www /www"
                    + " && dd if=/dev/zero of=/www/file bs=1M count=%d && httpd -h /www && echo 'is' 'served'"
                            .formatted(FILE_MEBIBYTES));
            Bench.waitFor(guest.getInputStream(), "is served");
            return last(peer, () -> fetchFromGuest(port));
        } finally {
            Bench.end(guest);
        }
    }

    private static double fetchFromGuest(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            long start = System.nanoTime();
            socket.getOutputStream().write("GET /file HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            long bytes = drain(socket.getInputStream());
            if (bytes < FILE_MEBIBYTES << 20) {
                throw new IOException("only %d bytes came".formatted(bytes));
            }
            return bytes / Bench.seconds(start) / 1e6;
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
