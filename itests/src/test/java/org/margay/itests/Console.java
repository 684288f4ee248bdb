package org.margay.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A two-way stream of text: a reader thread collects, the test waits for what it expects. */
final class Console {
    private final StringBuilder seen = new StringBuilder();
    private final OutputStream output;
    private int consumed;
    private boolean ended;
    private boolean plain;
    private boolean inEscape;

    Console(InputStream input, OutputStream output) {
        this.output = output;
        Thread.ofVirtual().name("console").start(() -> collect(input));
    }

    private void collect(InputStream input) {
        byte[] buffer = new byte[8192];
        try {
            for (int count; (count = input.read(buffer)) >= 0; ) {
                String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
                synchronized (this) {
                    take(text);
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // The other side is gone: the same as its end.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private void take(String text) {
        if (!plain) {
            seen.append(text);
            return;
        }
        for (char c : text.toCharArray()) {
            if (inEscape) {
                inEscape = !Character.isLetter(c);
            } else if (c == '\033') {
                inEscape = true;
            } else {
                seen.append(c);
            }
        }
    }

    /** Leaves cursor movements and colours out of what comes from now on: they may stand within a word. */
    synchronized void leaveEscapesOut() {
        plain = true;
    }

    /** Types text as it is; end a line with "\n". */
    void type(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.ISO_8859_1));
        output.flush();
    }

    /**
     * Waits until some text comes after what was waited for before, and gives all up to its end.
     *
     * @throws AssertionError when it does not come in time, with what came instead
     */
    synchronized String await(String text, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        int at;
        while ((at = seen.indexOf(text, consumed)) < 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (ended || left <= 0) {
                throw new AssertionError("'%s' did not come %s; this came:%n%s"
                        .formatted(text, ended ? "before the end" : "within " + patience, seen.substring(consumed)));
            }
            wait(left);
        }
        String upTo = seen.substring(consumed, at + text.length());
        consumed = at + text.length();
        return upTo;
    }

    /** Waits until the other side is gone. */
    synchronized void awaitEnd(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ended) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("it did not end within " + patience);
            }
            wait(left);
        }
    }

    /** All that came so far. */
    synchronized String all() {
        return seen.toString();
    }
}
