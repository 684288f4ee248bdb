package org.margay.itests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One client of a monitor: a thread sorts what comes into replies and events. */
final class Client implements AutoCloseable {
    /** Marks the end of the connection in a queue. */
    static final String END = "<end>";

    private final SocketChannel socket;
    private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    private final List<JsonNode> events = new ArrayList<>();
    private volatile boolean ended;

    private Client(SocketChannel socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::read);
    }

    /** Connects as soon as the server listens. */
    static Client connect(Path path, Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return new Client(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    private void read() {
        try (Scanner lines = new Scanner(Channels.newInputStream(socket), StandardCharsets.UTF_8)) {
            lines.useDelimiter("\r\n");
            while (lines.hasNext()) {
                take(lines.next());
            }
        } finally {
            ended = true;
            replies.add(END);
            synchronized (events) {
                events.notifyAll();
            }
        }
    }

    private void take(String line) {
        JsonNode message = Comparison.parse(line);
        if (message != null && message.has("event")) {
            synchronized (events) {
                events.add(message);
                events.notifyAll();
            }
        } else {
            replies.add(line);
        }
    }

    void send(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                socket.write(buffer);
            }
        } catch (IOException e) {
            if (!ended) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The next reply, {@link #END}, or a text that says that none came. */
    String reply() throws InterruptedException {
        String line = replies.poll(20, TimeUnit.SECONDS);
        if (END.equals(line)) {
            replies.add(END);
        }
        return line == null ? "<no reply in 20 s>" : line;
    }

    /** Replies that nobody asked for. */
    List<String> rest() {
        List<String> rest = new ArrayList<>(replies);
        rest.remove(END);
        return rest;
    }

    /** Waits for an event and uses it up. */
    boolean awaitEvent(JsonNode want, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (events) {
            while (true) {
                for (JsonNode event : events) {
                    if (Comparison.covers(want, event)) {
                        events.remove(event);
                        return true;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    return false;
                }
                events.wait(left);
            }
        }
    }

    boolean awaitEnd() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        synchronized (events) {
            while (!ended && System.nanoTime() < deadline) {
                events.wait(100);
            }
        }
        return ended;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
