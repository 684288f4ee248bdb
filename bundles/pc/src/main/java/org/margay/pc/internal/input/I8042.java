package org.margay.pc.internal.input;

import java.util.Arrays;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.PcInput;
import org.margay.pc.internal.isa.A20Gate;

/**
 * Keyboard and mouse controller 8042 of a PC (IBM Personal System/2 Hardware Interface Technical Reference, "Keyboard and
 * auxiliary device controller") at ports 60h and 64h, with the keyboard and the mouse on it. Bytes move without delay; each
 * is reported by an edge of IRQ 1 or 12.
 */
public final class I8042 implements Device<I8042.State>, PcInput {
    private static final int STATUS_OUTPUT_FULL = 0x01;
    private static final int STATUS_SYSTEM = 0x04;
    private static final int STATUS_COMMAND = 0x08;
    private static final int STATUS_NOT_LOCKED = 0x10;
    private static final int STATUS_MOUSE = 0x20;

    private static final int MODE_KEYBOARD_IRQ = 0x01;
    private static final int MODE_MOUSE_IRQ = 0x02;
    private static final int MODE_SYSTEM = 0x04;
    private static final int MODE_KEYBOARD_DISABLED = 0x10;
    private static final int MODE_MOUSE_DISABLED = 0x20;
    private static final int MODE_TRANSLATE = 0x40;

    private static final int OUTPUT_NOT_RESET = 0x01;
    private static final int OUTPUT_A20 = 0x02;
    /** Clock and data lines of both devices, high at rest; they are only remembered. */
    private static final int OUTPUT_LINES = 0xCC;

    /** Where the byte in the output buffer is from. */
    enum Source {
        NONE,
        CONTROLLER,
        KEYBOARD,
        MOUSE
    }

    /**
     * What the guest can see.
     *
     * @param output the output buffer, valid unless the source is NONE
     * @param response byte of the controller that waits for the output buffer, or -1
     * @param responseIsMouse that byte goes out as if the mouse had sent it
     * @param command that waits for its data byte, or 0
     * @param lastWasCommand status bit 3
     * @param releasing translation: F0h came from the keyboard, the next code is a release
     * @param memory 32 bytes; the first is the mode
     * @param outputPort without the bits of reset, A20 and interrupts
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record State(
            int output,
            Source source,
            int response,
            boolean responseIsMouse,
            int command,
            boolean lastWasCommand,
            boolean releasing,
            byte[] memory,
            int outputPort,
            boolean a20,
            Ps2Keyboard.State keyboard,
            Ps2Mouse.State mouse) {
        public State {
            if (((output | command | outputPort) & ~0xFF) != 0
                    || source == null
                    || response < -1
                    || response > 0xFF
                    || memory.length != 32
                    || keyboard == null
                    || mouse == null) {
                throw new IllegalArgumentException("8042");
            }
            memory = memory.clone();
        }
    }

    private final MemoryRegion ports;
    private final IrqLine keyboardIrq;
    private final IrqLine mouseIrq;
    private final A20Gate a20;
    private final Runnable resetRequest;
    private final Ps2Keyboard keyboard = new Ps2Keyboard();
    private final Ps2Mouse mouse = new Ps2Mouse();

    private final MemoryRegion dataRegion = MemoryRegion.io("i8042-data", 1, AccessSizes.BYTE, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return readData();
        }

        @Override
        public void write(long offset, int size, long value) {
            writeData((int) value);
        }
    });

    private final MemoryRegion commandRegion = MemoryRegion.io("i8042-cmd", 1, AccessSizes.BYTE, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return status();
        }

        @Override
        public void write(long offset, int size, long value) {
            lastWasCommand = true;
            execute((int) value);
            update();
        }
    });

    private int output;
    private Source source = Source.NONE;
    private int response = -1;
    private boolean responseIsMouse;
    private int command;
    private boolean lastWasCommand = true;
    private boolean releasing;
    private final byte[] memory = new byte[32];
    private int outputPort;

    /**
     * Maps the registers.
     *
     * @param resetRequest pulls the processor's RESET
     */
    public I8042(MemoryRegion ports, IrqLine keyboardIrq, IrqLine mouseIrq, A20Gate a20, Runnable resetRequest) {
        this.ports = ports;
        this.keyboardIrq = keyboardIrq;
        this.mouseIrq = mouseIrq;
        this.a20 = a20;
        this.resetRequest = resetRequest;
        ports.add(dataRegion, 0x60);
        ports.add(commandRegion, 0x64);
        reset();
    }

    @Override
    public void key(int number, boolean down) {
        keyboard.key(number, down);
        update();
    }

    @Override
    public void mouse(int dx, int dy, int dz, int buttons) {
        mouse.move(dx, dy, dz, buttons);
        update();
    }

    private boolean mode(int bit) {
        return (memory[0] & bit) != 0;
    }

    private int status() {
        return (source != Source.NONE ? STATUS_OUTPUT_FULL : 0)
                | (mode(MODE_SYSTEM) ? STATUS_SYSTEM : 0)
                | (lastWasCommand ? STATUS_COMMAND : 0)
                | STATUS_NOT_LOCKED
                | (source == Source.MOUSE ? STATUS_MOUSE : 0);
    }

    private int readData() {
        int value = output;
        source = Source.NONE;
        update();
        return value;
    }

    /** Fills the output buffer if it is empty and drives the interrupts. */
    private void update() {
        if (source == Source.NONE) {
            // Each byte has its own edge.
            keyboardIrq.set(false);
            mouseIrq.set(false);
            fill();
        }
        keyboardIrq.set(source != Source.NONE && source != Source.MOUSE && mode(MODE_KEYBOARD_IRQ));
        mouseIrq.set(source == Source.MOUSE && mode(MODE_MOUSE_IRQ));
    }

    private void fill() {
        if (response >= 0) {
            put(responseIsMouse ? Source.MOUSE : Source.CONTROLLER, response);
            response = -1;
        }
        while (source == Source.NONE && keyboard.hasData() && !mode(MODE_KEYBOARD_DISABLED)) {
            fromKeyboard(keyboard.take());
        }
        if (source == Source.NONE && mouse.hasData() && !mode(MODE_MOUSE_DISABLED)) {
            put(Source.MOUSE, mouse.take());
        }
    }

    private void fromKeyboard(int code) {
        if (!mode(MODE_TRANSLATE)) {
            put(Source.KEYBOARD, code);
        } else if (code == ScanCodes.RELEASE_PREFIX) {
            releasing = true;
        } else {
            put(Source.KEYBOARD, ScanCodes.translate(code) | (releasing ? 0x80 : 0));
            releasing = false;
        }
    }

    private void put(Source from, int value) {
        source = from;
        output = value;
    }

    private void respond(int value, boolean asMouse) {
        response = value;
        responseIsMouse = asMouse;
    }

    private void writeData(int value) {
        lastWasCommand = false;
        int awaiting = command;
        command = 0;
        switch (awaiting) {
            case 0xD1 -> writeOutputPort(value);
            case 0xD2 -> respond(value, false);
            case 0xD3 -> respond(value, true);
            // Sending to a device switches its interface on again.
            case 0xD4 -> {
                memory[0] &= ~MODE_MOUSE_DISABLED;
                mouse.receive(value);
            }
            case 0 -> {
                memory[0] &= ~MODE_KEYBOARD_DISABLED;
                keyboard.receive(value);
            }
            default -> {
                if (awaiting >= 0x60 && awaiting < 0x80) {
                    memory[awaiting & 0x1F] = (byte) value;
                }
            }
        }
        update();
    }

    private void execute(int value) {
        command = 0;
        switch (value) {
            case 0xA4 -> respond(0xF1, false);
            case 0xA7 -> memory[0] |= MODE_MOUSE_DISABLED;
            case 0xA8 -> memory[0] &= ~MODE_MOUSE_DISABLED;
            case 0xA9, 0xAB, 0xE0 -> respond(0x00, false);
            case 0xAA -> {
                memory[0] |= MODE_SYSTEM;
                respond(0x55, false);
            }
            case 0xAD -> memory[0] |= MODE_KEYBOARD_DISABLED;
            case 0xAE -> memory[0] &= ~MODE_KEYBOARD_DISABLED;
            case 0xC0 -> respond(0x80, false);
            case 0xD0 -> respond(readOutputPort(), false);
            case 0xD1, 0xD2, 0xD3, 0xD4 -> command = value;
            case 0xDD -> a20.set(false);
            case 0xDF -> a20.set(true);
            default -> {
                if (value >= 0x20 && value < 0x40) {
                    respond(memory[value & 0x1F] & 0xFF, false);
                } else if (value >= 0x60 && value < 0x80) {
                    command = value;
                } else if (value >= 0xF0 && (value & OUTPUT_NOT_RESET) == 0) {
                    // Pulses the output port's bits that are clear; of them only reset does anything.
                    resetRequest.run();
                }
            }
        }
    }

    private int readOutputPort() {
        return outputPort
                | OUTPUT_NOT_RESET
                | (a20.open() ? OUTPUT_A20 : 0)
                | (source != Source.NONE && source != Source.MOUSE ? 0x10 : 0)
                | (source == Source.MOUSE ? 0x20 : 0);
    }

    private void writeOutputPort(int value) {
        outputPort = value & OUTPUT_LINES;
        a20.set((value & OUTPUT_A20) != 0);
        if ((value & OUTPUT_NOT_RESET) == 0) {
            resetRequest.run();
        }
    }

    /** Lights of the keyboard: Scroll Lock 1, Num Lock 2, Caps Lock 4. */
    public int leds() {
        return keyboard.leds();
    }

    /** Both interrupts on, nothing translated, buffers empty, A20 open. */
    @Override
    public void reset() {
        source = Source.NONE;
        output = 0;
        response = -1;
        responseIsMouse = false;
        command = 0;
        lastWasCommand = true;
        releasing = false;
        Arrays.fill(memory, (byte) 0);
        memory[0] = MODE_KEYBOARD_IRQ | MODE_MOUSE_IRQ;
        outputPort = OUTPUT_LINES;
        a20.set(true);
        keyboard.reset();
        mouse.reset();
        update();
    }

    @Override
    public State save() {
        return new State(
                output,
                source,
                response,
                responseIsMouse,
                command,
                lastWasCommand,
                releasing,
                memory,
                outputPort,
                a20.open(),
                keyboard.save(),
                mouse.save());
    }

    @Override
    public void restore(State state) {
        output = state.output;
        source = state.source;
        response = state.response;
        responseIsMouse = state.responseIsMouse;
        command = state.command;
        lastWasCommand = state.lastWasCommand;
        releasing = state.releasing;
        System.arraycopy(state.memory, 0, memory, 0, memory.length);
        outputPort = state.outputPort & OUTPUT_LINES;
        a20.set(state.a20);
        keyboard.restore(state.keyboard);
        mouse.restore(state.mouse);
        update();
    }

    @Override
    public void close() {
        ports.remove(dataRegion);
        ports.remove(commandRegion);
        keyboardIrq.set(false);
        mouseIrq.set(false);
    }
}
