package org.margay.qtest.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.qmp.QmpException;

/** The file of -qtest-log: a line each way, with seconds since the first tester came. Under the machine lock. */
final class QtestLog implements AutoCloseable {
    private final @Nullable Writer writer;
    private final Clock clock;
    private final long start;

    private QtestLog(@Nullable Writer writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
        this.start = clock.nanos();
    }

    /** @param clock real time, for the stamps */
    static QtestLog open(QtestPlan.@Nullable Log plan, Clock clock) throws QmpException {
        if (plan == null) {
            return new QtestLog(null, clock);
        }
        try {
            return new QtestLog(Files.newBufferedWriter(plan.file()), clock);
        } catch (IOException e) {
            throw new QmpException("-qtest-log %s: can't be written: %s".formatted(plan.file(), e.getMessage()));
        }
    }

    void received(String line) {
        write('R', line);
    }

    void sent(String line) {
        write('S', line);
    }

    private void write(char direction, String line) {
        if (writer == null) {
            return;
        }
        try {
            writer.write(String.format(Locale.ROOT, "[%c +%.6f] %s%n", direction, (clock.nanos() - start) / 1e9, line));
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
