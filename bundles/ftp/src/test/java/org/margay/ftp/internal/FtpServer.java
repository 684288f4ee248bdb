package org.margay.ftp.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** An FTP server on loopback with one file, disk.img: just what RFC 959 and RFC 3659 say of reading it. */
final class FtpServer implements AutoCloseable {
    final AtomicInteger transfers = new AtomicInteger();

    /** Bytes of a transfer after which the connection breaks, once. */
    volatile int breakAfter = Integer.MAX_VALUE;

    private final byte[] content;
    private final ServerSocket socket;

    FtpServer(byte[] content) throws IOException {
        this.content = content;
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException e) {
                    // Closed.
                }
            }
        });
    }

    String url(String path) {
        return "ftp://127.0.0.1:" + socket.getLocalPort() + path;
    }

    private void serve(Socket client) {
        try (client;
                ServerSocket passive = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = client.getOutputStream();
            say(out, "220 ready");
            int restart = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", 2);
                String argument = words.length > 1 ? words[1] : "";
                switch (words[0]) {
                    case "USER" -> say(out, argument.equals("anonymous") ? "331 password" : "530 who?");
                    case "PASS" -> say(out, "230 in");
                    case "TYPE" -> say(out, "200 " + argument);
                    case "SIZE" -> say(out, argument.equals("disk.img") ? "213 " + content.length : "550 no such file");
                    case "PASV" -> {
                        int port = passive.getLocalPort();
                        say(out, "227 Entering Passive Mode (127,0,0,1,%d,%d)".formatted(port >> 8, port & 0xFF));
                    }
                    case "EPSV" -> say(out, "229 Extended (|||%d|)".formatted(passive.getLocalPort()));
                    case "REST" -> {
                        restart = Integer.parseInt(argument);
                        say(out, "350 from there");
                    }
                    case "RETR" -> {
                        transfers.incrementAndGet();
                        say(out, "150 here it comes");
                        if (!send(passive, restart)) {
                            return;
                        }
                        say(out, "226 done");
                        restart = 0;
                    }
                    default -> say(out, "502 no " + words[0]);
                }
            }
        } catch (IOException e) {
            // The client left.
        }
    }

    private boolean send(ServerSocket passive, int from) {
        try (Socket data = passive.accept()) {
            int length = Math.min(content.length - from, breakAfter);
            data.getOutputStream().write(content, from, length);
            if (length < content.length - from) {
                breakAfter = Integer.MAX_VALUE;
                return false;
            }
        } catch (IOException e) {
            // The client has seen enough.
        }
        return true;
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
