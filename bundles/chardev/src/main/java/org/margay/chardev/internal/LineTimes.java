package org.margay.chardev.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.margay.machine.Clock;

/** Puts "[00:00:05.123] " before each line: the time since this was switched on. */
final class LineTimes {
    private final Clock clock;
    private boolean on;
    private long start;
    private boolean lineStart;

    LineTimes(Clock clock) {
        this.clock = clock;
    }

    boolean on() {
        return on;
    }

    void toggle() {
        on = !on;
        start = clock.nanos();
        lineStart = true;
    }

    byte[] stamp(byte[] data, int offset, int length) {
        ByteArrayOutputStream stamped = new ByteArrayOutputStream(length + 32);
        for (int i = offset; i < offset + length; i++) {
            if (lineStart) {
                stamped.writeBytes(now().getBytes(StandardCharsets.US_ASCII));
            }
            stamped.write(data[i]);
            lineStart = data[i] == '\n';
        }
        return stamped.toByteArray();
    }

    private String now() {
        long millis = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - start);
        return String.format(
                Locale.ROOT,
                "[%02d:%02d:%02d.%03d] ",
                millis / 3_600_000,
                millis / 60_000 % 60,
                millis / 1000 % 60,
                millis % 1000);
    }
}
