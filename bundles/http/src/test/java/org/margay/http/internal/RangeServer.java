package org.margay.http.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server on loopback with one file. */
final class RangeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    /** What it does with a request. */
    interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    final AtomicInteger requests = new AtomicInteger();
    volatile byte[] content;
    private final HttpServer server;

    RangeServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        on("/disk.img", this::serve);
        server.start();
    }

    void on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                requests.incrementAndGet();
                handler.handle(exchange);
            }
        });
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void serve(HttpExchange exchange) throws IOException {
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (!range.matches()) {
            answer(exchange, 200, content, 0, content.length);
            return;
        }
        int first = Integer.parseInt(range.group(1));
        int last = Math.min(Integer.parseInt(range.group(2)), content.length - 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes %d-%d/%d".formatted(first, last, content.length));
        answer(exchange, 206, content, first, last - first + 1);
    }

    static void answer(HttpExchange exchange, int code, byte[] body, int from, int length) throws IOException {
        exchange.sendResponseHeaders(code, length == 0 ? -1 : length);
        if (length > 0) {
            exchange.getResponseBody().write(body, from, length);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
