package org.margay.chardev.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;
import org.margay.machine.Machine;

/**
 * A chardev that several front ends share. All write to it; input goes to the one in focus, and Ctrl-A is the escape to
 * commands of its own. Under the machine lock.
 */
final class MuxChardev implements Chardev, CharFrontend, EscapeSequences.Actions {
    /** Input kept for a front end that is not ready for it; more is lost, as on a real line. */
    private static final int TYPE_AHEAD = 4096;

    private static final String HELP = """
            \r
            Ctrl-A h    this help\r
            Ctrl-A x    end the machine\r
            Ctrl-A s    write disk data that is held back (there is none)\r
            Ctrl-A t    timestamps on or off\r
            Ctrl-A b    send a break\r
            Ctrl-A c    next of those who share this terminal\r
            Ctrl-A Ctrl-A  send Ctrl-A\r
            """;

    private final Chardev shared;
    private final Machine machine;
    private final List<CharFrontend> frontends = new ArrayList<>();
    private final EscapeSequences escapes = new EscapeSequences();
    private final LineTimes times;
    private final byte[] typed = new byte[TYPE_AHEAD];
    private int typedCount;
    private int focus;
    private boolean open;
    /** A front end that takes input may say that it has room for more. */
    private boolean delivering;

    MuxChardev(Chardev shared, Machine machine) {
        this.shared = shared;
        this.machine = machine;
        this.times = new LineTimes(machine.realtimeClock());
        shared.attach(this);
    }

    @Override
    public String label() {
        return shared.label();
    }

    @Override
    public String filename() {
        return "mux";
    }

    @Override
    public boolean connected() {
        return shared.connected();
    }

    @Override
    public boolean attached() {
        return !frontends.isEmpty();
    }

    @Override
    public void attach(CharFrontend frontend) {
        frontends.add(frontend);
        focus = frontends.size() - 1;
        if (open) {
            frontend.opened();
        }
    }

    @Override
    public void detach(CharFrontend frontend) {
        frontends.remove(frontend);
        focus = Math.clamp(focus, 0, Math.max(0, frontends.size() - 1));
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        if (!times.on()) {
            return shared.write(data, offset, length);
        }
        byte[] stamped = times.stamp(data, offset, length);
        return shared.write(stamped, 0, stamped.length) == 0 && length > 0 ? 0 : length;
    }

    @Override
    public void acceptInput() {
        deliver();
        shared.acceptInput();
    }

    @Override
    public void serve(StreamAcceptor acceptor) {
        throw new IllegalStateException("chardev '" + label() + "' is a multiplexer");
    }

    @Override
    public void close() {
        shared.close();
    }

    @Override
    public int receive(byte[] data, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            escapes.feed(data[i], this);
        }
        deliver();
        return length;
    }

    @Override
    public void input(byte b) {
        if (typedCount < TYPE_AHEAD) {
            typed[typedCount++] = b;
        }
    }

    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            int taken = 1;
            while (typedCount > 0 && taken > 0 && !frontends.isEmpty()) {
                taken = frontends.get(focus).receive(typed, 0, typedCount);
                typedCount -= taken;
                System.arraycopy(typed, taken, typed, 0, typedCount);
            }
        } finally {
            delivering = false;
        }
    }

    @Override
    public void command(char key) {
        deliver();
        switch (key) {
            case 'h', '?' -> say(HELP);
            case 'x' -> {
                say("margay: Terminated\r\n");
                machine.requestQuit();
            }
            case 'b' -> {
                if (!frontends.isEmpty()) {
                    frontends.get(focus).lineBreak();
                }
            }
            case 'c' -> {
                typedCount = 0;
                focus = frontends.isEmpty() ? 0 : (focus + 1) % frontends.size();
            }
            case 't' -> times.toggle();
            default -> {}
        }
    }

    private void say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        shared.write(bytes, 0, bytes.length);
    }

    @Override
    public void opened() {
        open = true;
        frontends.forEach(CharFrontend::opened);
    }

    @Override
    public void closed() {
        open = false;
        frontends.forEach(CharFrontend::closed);
    }

    @Override
    public void lineBreak() {
        if (!frontends.isEmpty()) {
            frontends.get(focus).lineBreak();
        }
    }

    @Override
    public void writable() {
        frontends.forEach(CharFrontend::writable);
    }
}
