package org.margay.chardev.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.margay.chardev.posix.Libc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A terminal in raw mode (termios(3)): every key comes at once and unchanged, nothing is echoed. Its old mode comes back by
 * {@link #restore()}, or else when the JVM ends.
 */
final class Terminal {
    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);

    /** struct termios of Linux: four 32-bit flag words, c_line, c_cc[32], two speeds. */
    private static final int SIZE = 60;

    private static final int IFLAG = 0;
    private static final int OFLAG = 4;
    private static final int CFLAG = 8;
    private static final int LFLAG = 12;
    private static final int CC = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /** IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON. */
    private static final int INPUT_CHANGES = 01 | 02 | 010 | 040 | 0100 | 0200 | 0400 | 02000;

    private static final int OPOST = 01;
    /** CSIZE PARENB. */
    private static final int CHARACTER_SHAPE = 060 | 0400;

    private static final int CS8 = 060;
    private static final int ISIG = 01;
    /** ICANON ECHO ECHONL IEXTEN. */
    private static final int LINE_EDITING = 02 | 010 | 0100 | 0100000;

    private static final int TCSANOW = 0;

    private static final MethodHandle TCGETATTR = Libc.function(
            "tcgetattr", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle TCSETATTR = Libc.function(
            "tcsetattr",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private final int descriptor;
    private final byte[] original;
    private final AtomicBoolean restored = new AtomicBoolean();
    private final Thread atExit = new Thread(this::reset, "restore-terminal");

    private Terminal(int descriptor, byte[] original) {
        this.descriptor = descriptor;
        this.original = original;
    }

    /** Whether standard input is a terminal. */
    static boolean isStandardInput() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Puts a terminal into raw mode; "\n" still becomes "\r\n" on its way out, since logs go there too.
     *
     * @param signal whether its special keys still send signals
     */
    static Terminal raw(int descriptor, boolean signal) throws IOException {
        Terminal terminal = new Terminal(descriptor, get(descriptor));
        Runtime.getRuntime().addShutdownHook(terminal.atExit);
        setRaw(descriptor, terminal.original, signal, true);
        return terminal;
    }

    /** Makes a terminal that is only ours pass everything unchanged, both ways, for good. */
    static void transparent(int descriptor) throws IOException {
        setRaw(descriptor, get(descriptor), false, false);
    }

    private static void setRaw(int descriptor, byte[] original, boolean signal, boolean postprocess)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mode = arena.allocate(SIZE, 4);
            MemorySegment.copy(original, 0, mode, ValueLayout.JAVA_BYTE, 0, SIZE);
            change(mode, IFLAG, INPUT_CHANGES, 0);
            change(mode, OFLAG, OPOST, postprocess ? OPOST : 0);
            change(mode, CFLAG, CHARACTER_SHAPE, CS8);
            change(mode, LFLAG, LINE_EDITING | (signal ? 0 : ISIG), 0);
            mode.set(ValueLayout.JAVA_BYTE, CC + VMIN, (byte) 1);
            mode.set(ValueLayout.JAVA_BYTE, CC + VTIME, (byte) 0);
            set(descriptor, mode);
        }
    }

    private static void change(MemorySegment mode, int word, int clear, int set) {
        mode.set(ValueLayout.JAVA_INT, word, mode.get(ValueLayout.JAVA_INT, word) & ~clear | set);
    }

    private static byte[] get(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            // Larger than any C library's idea of it.
            MemorySegment mode = arena.allocate(256, 4);
            Libc.call(state -> (int) TCGETATTR.invokeExact(state, descriptor, mode))
                    .required("tcgetattr");
            return mode.asSlice(0, SIZE).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static void set(int descriptor, MemorySegment mode) throws IOException {
        Libc.call(state -> (int) TCSETATTR.invokeExact(state, descriptor, TCSANOW, mode))
                .required("tcsetattr");
    }

    /** Puts the old mode back. */
    void restore() {
        reset();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs or has run.
        }
    }

    private void reset() {
        if (restored.compareAndSet(false, true)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment mode = arena.allocate(256, 4);
                MemorySegment.copy(original, 0, mode, ValueLayout.JAVA_BYTE, 0, SIZE);
                set(descriptor, mode);
            } catch (IOException e) {
                LOG.warn("the terminal's mode is not restored: {}", e.getMessage());
            }
        }
    }
}
