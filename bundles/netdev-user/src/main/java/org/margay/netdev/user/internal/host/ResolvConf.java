package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.margay.machine.Clock;
import org.margay.netdev.user.internal.ip.Environment;

/**
 * The host's first name server, as resolv.conf(5) names it. The file is read again at times, since hosts move between networks; what
 * is asked for never waits for that.
 */
public final class ResolvConf implements Supplier<Optional<InetSocketAddress>> {
    private static final int DNS = 53;

    /** How long what was read is good for. */
    private static final long FRESH = 5 * Environment.SECOND;

    private final Path file;
    private final Clock clock;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Optional<InetSocketAddress> nameServer;
    private volatile long readAt;

    public ResolvConf(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        nameServer = read(file);
        readAt = clock.nanos();
    }

    @Override
    public Optional<InetSocketAddress> get() {
        if (clock.nanos() - readAt > FRESH && reading.compareAndSet(false, true)) {
            Thread.ofVirtual().name("margay-net-resolv").start(() -> {
                nameServer = read(file);
                readAt = clock.nanos();
                reading.set(false);
            });
        }
        return nameServer;
    }

    private static Optional<InetSocketAddress> read(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
                    .flatMap(words -> address(words[1]).stream())
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<InetSocketAddress> address(String text) {
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(text), DNS));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
