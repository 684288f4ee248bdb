package org.margay.qtest.internal;

import java.nio.charset.StandardCharsets;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.machine.Machine;

/** Cuts what a tester sends into lines, runs them, and sends the answers. Under the machine lock. */
final class QtestFrontend implements CharFrontend {
    /** Longest line: a b64write of the greatest block. */
    private static final int MAX_LINE = 100 << 20;

    private final Chardev chardev;
    private final QtestLog log;
    private final QtestCommands commands;
    private final StringBuilder line = new StringBuilder();
    /** Answers that the chardev has not taken yet. */
    private final StringBuilder unsent = new StringBuilder();

    private boolean overlong;

    QtestFrontend(Machine machine, Chardev chardev, QtestLog log) {
        this.chardev = chardev;
        this.log = log;
        this.commands = new QtestCommands(machine, this::answer);
    }

    @Override
    public int receive(byte[] data, int offset, int length) {
        String text = new String(data, offset, length, StandardCharsets.ISO_8859_1);
        int start = 0;
        for (int end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
            append(text, start, end);
            finishLine();
        }
        append(text, start, text.length());
        return length;
    }

    private void append(String text, int start, int end) {
        if (line.length() + end - start > MAX_LINE) {
            overlong = true;
        } else {
            line.append(text, start, end);
        }
    }

    private void finishLine() {
        String command = line.toString().strip();
        line.setLength(0);
        log.received(command);
        if (overlong) {
            overlong = false;
            answer("FAIL line of more than %d characters".formatted(MAX_LINE));
        } else {
            commands.execute(command);
        }
    }

    private void answer(String text) {
        log.sent(text);
        unsent.append(text).append('\n');
        writable();
    }

    @Override
    public void writable() {
        byte[] bytes = unsent.toString().getBytes(StandardCharsets.ISO_8859_1);
        unsent.delete(0, chardev.write(bytes, 0, bytes.length));
    }

    @Override
    public void closed() {
        line.setLength(0);
        unsent.setLength(0);
        overlong = false;
    }
}
