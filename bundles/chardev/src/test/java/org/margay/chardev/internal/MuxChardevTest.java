package org.margay.chardev.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;
import org.margay.testkit.BenchMachine;

class MuxChardevTest {
    /** The terminal: what the user types goes in by {@link #type}. */
    private static final class FakeTerminal implements Chardev {
        private final StringBuilder shown = new StringBuilder();
        private @Nullable CharFrontend frontend;

        void type(String text) {
            byte[] bytes = text.getBytes(US_ASCII);
            assertThat(frontend).isNotNull();
            assertThat(frontend.receive(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        }

        @Override
        public String label() {
            return "serial0";
        }

        @Override
        public String filename() {
            return "stdio";
        }

        @Override
        public boolean connected() {
            return true;
        }

        @Override
        public boolean attached() {
            return frontend != null;
        }

        @Override
        public void attach(CharFrontend device) {
            frontend = device;
            device.opened();
        }

        @Override
        public void detach(CharFrontend device) {
            frontend = null;
        }

        @Override
        public int write(byte[] data, int offset, int length) {
            shown.append(new String(data, offset, length, US_ASCII));
            return length;
        }

        @Override
        public void acceptInput() {}

        @Override
        public void serve(StreamAcceptor acceptor) {
            throw new IllegalStateException();
        }

        @Override
        public void close() {}
    }

    private static final class Device implements CharFrontend {
        private final StringBuilder heard = new StringBuilder();
        private final List<String> events = new ArrayList<>();
        private int room = Integer.MAX_VALUE;

        @Override
        public int receive(byte[] data, int offset, int length) {
            int taken = Math.min(room, length);
            room -= taken;
            heard.append(new String(data, offset, taken, US_ASCII));
            return taken;
        }

        @Override
        public void opened() {
            events.add("opened");
        }

        @Override
        public void lineBreak() {
            events.add("break");
        }
    }

    private final BenchMachine machine = new BenchMachine();
    private final FakeTerminal terminal = new FakeTerminal();
    private final MuxChardev mux = new MuxChardev(terminal, machine);
    private final Device serial = new Device();

    private void write(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThat(mux.write(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    @Test
    void passesInputAndOutput() {
        mux.attach(serial);
        assertThat(serial.events).containsExactly("opened");
        terminal.type("ls\r");
        assertThat(serial.heard).hasToString("ls\r");
        write("file\r\n");
        assertThat(terminal.shown).hasToString("file\r\n");
    }

    @Test
    void controlAIsTheEscape() {
        mux.attach(serial);
        terminal.type("a\1");
        terminal.type("\1b");
        assertThat(serial.heard).hasToString("a\1b");
        terminal.type("\1bc");
        assertThat(serial.events).contains("break");
        assertThat(serial.heard).hasToString("a\1bc");
        terminal.type("\1h");
        assertThat(terminal.shown.toString()).contains("Ctrl-A x");
        assertThat(machine.requests()).isEmpty();
        terminal.type("\1x");
        assertThat(terminal.shown.toString()).endsWith("Terminated\r\n");
        assertThat(machine.requests()).containsExactly("quit");
    }

    @Test
    void focusGoesRound() {
        Device other = new Device();
        mux.attach(serial);
        mux.attach(other);
        terminal.type("a\1cb\1cd");
        assertThat(other.heard).hasToString("ad");
        assertThat(serial.heard).hasToString("b");
    }

    @Test
    void keepsWhatIsTypedAhead() {
        serial.room = 1;
        mux.attach(serial);
        terminal.type("abc");
        assertThat(serial.heard).hasToString("a");
        serial.room = 10;
        mux.acceptInput();
        assertThat(serial.heard).hasToString("abc");
    }

    @Test
    void timesOfLines() {
        mux.attach(serial);
        terminal.type("\1t");
        machine.advance(1_234_000_000L);
        write("one\ntw");
        machine.advance(60_000_000_000L);
        write("o\nthree");
        terminal.type("\1t");
        write("\nfour");
        assertThat(terminal.shown).hasToString("[00:00:01.234] one\n[00:00:01.234] two\n[00:01:01.234] three\nfour");
    }
}
