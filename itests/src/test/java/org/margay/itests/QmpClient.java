package org.margay.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A QMP client over TCP: one command at a time, events kept until asked for. */
public final class QmpClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket;
    private final BufferedReader reader;
    private final Deque<JsonNode> events = new ArrayDeque<>();
    private final JsonNode greeting;

    private QmpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        this.reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.greeting = read();
    }

    /** A port that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    /** The option's value for a server on a port. */
    public static String server(int port) {
        return "tcp:127.0.0.1:%d,server,nowait".formatted(port);
    }

    /** Connects as soon as the server listens, without negotiation. */
    public static QmpClient connect(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return new QmpClient(socket);
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    /** Connects and leaves negotiation. */
    public static QmpClient negotiate(int port) throws IOException, InterruptedException {
        QmpClient client = connect(port);
        client.execute("qmp_capabilities");
        return client;
    }

    public JsonNode greeting() {
        return greeting;
    }

    /** Runs a command without arguments and gives its "return". */
    public JsonNode execute(String command) throws IOException {
        JsonNode reply = request("{\"execute\": \"%s\"}".formatted(command));
        if (!reply.has("return")) {
            throw new AssertionError(command + ": " + reply);
        }
        return reply.get("return");
    }

    /** Sends raw text and gives the next message that is no event. */
    public JsonNode request(String text) throws IOException {
        send(text);
        while (true) {
            JsonNode message = read();
            if (!message.has("event")) {
                return message;
            }
            events.add(message);
        }
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** The next event of a name; others before it are dropped. */
    public JsonNode awaitEvent(String name, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            JsonNode event = events.isEmpty() ? readBefore(name, deadline) : events.remove();
            if (name.equals(event.path("event").asText())) {
                return event;
            }
        }
    }

    private JsonNode readBefore(String name, long deadline) throws IOException {
        try {
            socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            return read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("event %s did not come".formatted(name), e);
        } finally {
            socket.setSoTimeout(30_000);
        }
    }

    private JsonNode read() throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("connection closed");
        }
        return JSON.readTree(line);
    }

    /** Whether the server closed the connection, after all that it had to say. */
    public boolean closedByServer() throws IOException {
        while (reader.readLine() != null) {
            // Events on the way out.
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
