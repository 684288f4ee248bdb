package org.margay.img.internal.text;

import java.io.PrintStream;
import java.util.Locale;

/** The line of -p that says how far it is. Any thread. */
public final class Progress implements AutoCloseable {
    private final PrintStream out;
    private final boolean shown;
    private final long total;
    private final double step;
    private long done;
    private double last = -1;

    /**
     * Begins at nothing.
     *
     * @param shown whether anything is printed at all
     * @param total of what {@link #advance} counts; 0 is complete at once
     * @param step percents between two lines
     */
    public Progress(PrintStream out, boolean shown, long total, double step) {
        this.out = out;
        this.shown = shown;
        this.total = total;
        this.step = step;
        show(0);
    }

    public synchronized void advance(long amount) {
        done += amount;
        double percent = total == 0 ? 100 : Math.min(100.0, 100.0 * done / total);
        if (percent - last >= step) {
            show(percent);
        }
    }

    /** All is done, even what was not counted. */
    public synchronized void complete() {
        show(100);
    }

    private void show(double percent) {
        last = percent;
        if (shown) {
            out.printf(Locale.ROOT, "    (%3.2f/100%%)\r", percent);
            out.flush();
        }
    }

    /** Ends the line. */
    @Override
    public synchronized void close() {
        if (shown) {
            out.println();
        }
    }
}
