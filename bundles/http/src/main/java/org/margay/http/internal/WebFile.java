package org.margay.http.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;

/** A file on a web server, of which ranges are asked for. Any thread. */
final class WebFile implements AutoCloseable {
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int FIRST_OTHER = 300;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final int CHUNK = 64 << 10;

    private final HttpClient client;
    private final URI uri;
    private final HttpSettings settings;
    private final @Nullable String authorization;
    private final long length;
    private final @Nullable String version;

    private WebFile(HttpClient client, URI uri, HttpSettings settings, @Nullable String authorization)
            throws IOException {
        this.client = client;
        this.uri = uri;
        this.settings = settings;
        this.authorization = authorization;
        HttpResponse<InputStream> answer = send(HttpRequest.newBuilder(uri).header("Range", "bytes=0-0"));
        try (InputStream _ = answer.body()) {
            length = lengthFrom(answer);
        }
        version = strongTag(answer).orElse(null);
    }

    /**
     * Asks how long it is, and whether ranges may be asked for.
     *
     * @throws IOException when the server does not have it, or can't give ranges
     */
    static WebFile open(String address, HttpSettings settings) throws IOException {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new ImageException("not a URL: " + e.getReason(), e);
        }
        if (uri.getHost() == null) {
            throw new ImageException("the URL names no host");
        }
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(settings.timeout())
                .build();
        try {
            return new WebFile(client, withoutUser(uri), settings, authorization(uri));
        } catch (IOException | RuntimeException e) {
            client.shutdownNow();
            throw e;
        }
    }

    /** User and password of a URL go into a header (RFC 7617). */
    private static @Nullable String authorization(URI uri) {
        return uri.getUserInfo() == null
                ? null
                : "Basic "
                        + Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(StandardCharsets.UTF_8));
    }

    private static URI withoutUser(URI uri) throws ImageException {
        if (uri.getRawUserInfo() == null) {
            return uri;
        }
        try {
            return new URI(uri.toString().replaceFirst("//[^/@]*@", "//"));
        } catch (URISyntaxException e) {
            throw new ImageException("not a URL: " + e.getReason(), e);
        }
    }

    private static long lengthFrom(HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() == OK) {
            throw new UnsupportedImageException(
                    "Server does not support 'range' (byte ranges): fetch the file, and open that");
        }
        long length = answer.headers()
                .firstValue("Content-Range")
                .flatMap(ContentRange::parse)
                .map(ContentRange::length)
                .orElse(-1L);
        if (length < 0) {
            throw new UnsupportedImageException("Server didn't report file size.");
        }
        return length;
    }

    private static Optional<String> strongTag(HttpResponse<?> answer) {
        return answer.headers().firstValue("ETag").filter(tag -> tag.startsWith("\""));
    }

    long length() {
        return length;
    }

    /**
     * Fetches a range.
     *
     * @param target native memory; its size is the range's
     * @throws IOException when the server does not give it, after some attempts
     */
    void read(long offset, MemorySegment target) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                readOnce(offset, target);
                return;
            } catch (ImageException e) {
                throw e;
            } catch (IOException e) {
                if (attempt >= settings.attempts()) {
                    throw e;
                }
            }
        }
    }

    private void readOnce(long offset, MemorySegment target) throws IOException {
        long last = offset + target.byteSize() - 1;
        HttpResponse<InputStream> answer =
                send(HttpRequest.newBuilder(uri).header("Range", "bytes=%d-%d".formatted(offset, last)));
        try (InputStream body = answer.body()) {
            ContentRange range = answer.headers()
                    .firstValue("Content-Range")
                    .flatMap(ContentRange::parse)
                    .orElse(null);
            if (answer.statusCode() != PARTIAL || range == null || range.first() != offset || range.last() != last) {
                throw new ImageException("the server gives another range than it was asked for");
            }
            boolean changed = range.length() >= 0 && range.length() != length;
            if (changed || (version != null && !strongTag(answer).equals(Optional.of(version)))) {
                throw new ImageException("the file on the server has changed");
            }
            byte[] chunk = new byte[(int) Math.min(CHUNK, target.byteSize())];
            for (long at = 0; at < target.byteSize(); ) {
                int count = body.read(chunk, 0, (int) Math.min(chunk.length, target.byteSize() - at));
                if (count < 0) {
                    throw new EOFException("the server ended the connection");
                }
                MemorySegment.copy(chunk, 0, target, ValueLayout.JAVA_BYTE, at, count);
                at += count;
            }
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        request.timeout(settings.timeout());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() >= FIRST_OTHER || answer.statusCode() < OK) {
                answer.body().close();
                String reason = "The requested URL returned error: %d".formatted(answer.statusCode());
                // Servers that are in trouble may get over it; what is not there stays away.
                throw answer.statusCode() >= FIRST_SERVER_ERROR ? new IOException(reason) : new ImageException(reason);
            }
            return answer;
        } catch (HttpTimeoutException e) {
            throw new IOException(
                    "no answer within %d seconds".formatted(settings.timeout().toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IllegalArgumentException e) {
            throw new ImageException("not a URL: " + e.getMessage(), e);
        } catch (IOException e) {
            // A refused connection has no text of its own.
            throw e.getMessage() == null ? new IOException("Couldn't connect to server", e) : e;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
