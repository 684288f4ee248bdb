package org.margay.qtest.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.InterruptPins;
import org.margay.machine.Machine;
import org.margay.machine.SteppedClock;
import org.margay.machine.Timer;
import org.margay.memory.AddressSpace;

/**
 * The commands of the device test protocol, one line each, as QEMU's testers send them. Answers start with OK or FAIL;
 * changes of intercepted interrupt pins come between them as {@code IRQ raise N} and {@code IRQ lower N}. Under the machine
 * lock.
 */
final class QtestCommands {
    /** Most bytes that one read, write or memset takes: a limit for the tester's typing errors. */
    private static final int MAX_BLOCK = 64 << 20;

    private final Machine machine;
    private final Consumer<String> output;
    private @Nullable InterruptPins intercepted;

    /** @param output takes a line, without its end */
    QtestCommands(Machine machine, Consumer<String> output) {
        this.machine = machine;
        this.output = output;
    }

    /** Runs one command and answers it. Empty lines have no answer. */
    void execute(String line) {
        if (line.isBlank()) {
            return;
        }
        try {
            Words words = new Words(line);
            String answer = run(words.next("command"), words);
            output.accept(answer.isEmpty() ? "OK" : "OK " + answer);
        } catch (QtestException e) {
            output.accept("FAIL " + e.getMessage());
        }
    }

    private String run(String command, Words words) throws QtestException {
        return switch (command) {
            case "outb", "outw", "outl" -> writeRegister(machine.ports(), command, words, 0xFFFF);
            case "inb", "inw", "inl" -> "0x%04x".formatted(readRegister(machine.ports(), command, words, 0xFFFF));
            case "writeb", "writew", "writel", "writeq" ->
                writeRegister(machine.memory(), command, words, Long.MAX_VALUE);
            case "readb", "readw", "readl", "readq" ->
                "0x%016x".formatted(readRegister(machine.memory(), command, words, Long.MAX_VALUE));
            case "read" -> "0x" + HexFormat.of().formatHex(readBlock(words));
            case "b64read" -> Base64.getEncoder().encodeToString(readBlock(words));
            case "write" -> writeHex(words);
            case "b64write" -> writeBase64(words);
            case "memset" -> fill(words);
            case "clock_step" -> step(words);
            case "clock_set" -> setClock(words);
            case "irq_intercept_in" -> intercept(words, true);
            case "irq_intercept_out" -> intercept(words, false);
            case "set_irq_in" -> setInput(words);
            case "endianness" -> "little";
            default -> throw new QtestException("Unknown command '%s'".formatted(command));
        };
    }

    /** Bytes that the last letter of a command stands for. */
    private static int size(String command) {
        return switch (command.charAt(command.length() - 1)) {
            case 'b' -> 1;
            case 'w' -> 2;
            case 'l' -> 4;
            default -> 8;
        };
    }

    private static String writeRegister(AddressSpace space, String command, Words words, long last)
            throws QtestException {
        long address = address(words, last);
        long value = words.number("value");
        words.end();
        space.write(address, size(command), value);
        return "";
    }

    private static long readRegister(AddressSpace space, String command, Words words, long last) throws QtestException {
        long address = address(words, last);
        words.end();
        return space.read(address, size(command));
    }

    private static long address(Words words, long last) throws QtestException {
        long address = words.number("address");
        if (Long.compareUnsigned(address, last) > 0) {
            throw new QtestException("address is at most 0x%x, not 0x%x".formatted(last, address));
        }
        return address;
    }

    private byte[] readBlock(Words words) throws QtestException {
        long address = address(words, Long.MAX_VALUE);
        byte[] data = new byte[words.number("size", 0, MAX_BLOCK)];
        words.end();
        machine.memory().read(address, data, 0, data.length);
        return data;
    }

    private String writeHex(Words words) throws QtestException {
        long address = address(words, Long.MAX_VALUE);
        int size = words.number("size", 0, MAX_BLOCK);
        String digits = words.next("data");
        words.end();
        try {
            return store(
                    address, size, HexFormat.of().parseHex(digits, digits.startsWith("0x") ? 2 : 0, digits.length()));
        } catch (IllegalArgumentException e) {
            throw new QtestException("data must be 0x and pairs of hexadecimal digits");
        }
    }

    private String writeBase64(Words words) throws QtestException {
        long address = address(words, Long.MAX_VALUE);
        int size = words.number("size", 0, MAX_BLOCK);
        String text = words.next("data");
        words.end();
        try {
            return store(address, size, Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException e) {
            throw new QtestException("data must be in base64");
        }
    }

    private String store(long address, int size, byte[] data) throws QtestException {
        if (data.length != size) {
            throw new QtestException("size is %d, but there are %d bytes of data".formatted(size, data.length));
        }
        machine.memory().write(address, data, 0, size);
        return "";
    }

    private String fill(Words words) throws QtestException {
        long address = address(words, Long.MAX_VALUE);
        byte[] data = new byte[words.number("size", 0, MAX_BLOCK)];
        Arrays.fill(data, (byte) words.number("value"));
        words.end();
        machine.memory().write(address, data, 0, data.length);
        return "";
    }

    private SteppedClock clock() throws QtestException {
        if (machine.virtualClock() instanceof SteppedClock clock) {
            return clock;
        }
        throw new QtestException("time moves by itself; start with -accel qtest to step it");
    }

    private String step(Words words) throws QtestException {
        SteppedClock clock = clock();
        if (words.isEmpty()) {
            clock.set(clock.nextDeadline() == Timer.NEVER ? clock.nanos() : clock.nextDeadline());
        } else {
            long nanos = words.number("nanoseconds");
            words.end();
            if (nanos < 0) {
                throw new QtestException("time goes forward only");
            }
            clock.step(nanos);
        }
        return Long.toString(clock.nanos());
    }

    private String setClock(Words words) throws QtestException {
        SteppedClock clock = clock();
        clock.set(words.number("nanoseconds"));
        words.end();
        return Long.toString(clock.nanos());
    }

    private InterruptPins pins(Words words) throws QtestException {
        String path = words.next("path");
        Object node = machine.objects()
                .resolve(path)
                .flatMap(machine.objects()::find)
                .orElseThrow(() -> new QtestException("Unknown device '%s'".formatted(path)));
        if (node instanceof InterruptPins pins) {
            return pins;
        }
        throw new QtestException("'%s' has no interrupt pins to listen to".formatted(path));
    }

    private String intercept(Words words, boolean inputs) throws QtestException {
        InterruptPins pins = pins(words);
        words.end();
        if (intercepted != null && intercepted != pins) {
            throw new QtestException("IRQ intercept already enabled");
        }
        intercepted = pins;
        InterruptPins.Listener listener =
                (pin, high) -> output.accept("IRQ %s %d".formatted(high ? "raise" : "lower", pin));
        if (inputs) {
            pins.interceptInputs(listener);
        } else {
            pins.interceptOutputs(listener);
        }
        return "";
    }

    private String setInput(Words words) throws QtestException {
        InterruptPins pins = pins(words);
        words.next("name");
        int pin = words.number("pin", 0, 255);
        boolean high = words.number("level") != 0;
        words.end();
        pins.setInput(pin, high);
        return "";
    }
}
