package org.margay.net;

import java.util.Arrays;

/**
 * The serial EEPROM in which network cards keep their address and settings: a 93C46, 93C56 or 93C66 on a Microwire bus,
 * organized in words of 16 bits. The card's registers {@link #drive} its pins. Programming takes no time. Under the
 * machine lock.
 *
 * <p>Microchip 93C46/56/66 data sheets, "Functional description": an instruction is a start bit, two bits of operation
 * and the address, read at rising edges of the clock while the chip is selected.
 */
public final class SerialEeprom {
    private static final int WORD = 16;

    /** What the chip does with the next bit: waits for a start bit, takes it, or gives one. */
    public enum Phase {
        STANDBY,
        INSTRUCTION,
        READ,
        DATA,
        /** Has a whole program instruction; it is carried out when the chip is deselected. */
        COMPLETE
    }

    /**
     * Content and progress of the chip.
     *
     * @param shift the bits that came since the phase began, or those still to go out
     * @param count how many of them
     * @param instruction the last one: operation and address
     */
    public record State(
            int[] words,
            boolean select,
            boolean clock,
            boolean dataOut,
            boolean writeEnabled,
            Phase phase,
            int shift,
            int count,
            int instruction) {
        public State {
            words = words.clone();
            if (Arrays.stream(words).anyMatch(word -> word >>> WORD != 0)
                    || phase == null
                    || shift >>> WORD != 0
                    || count < 0
                    || count > WORD
                    || instruction >>> 10 != 0) {
                throw new IllegalArgumentException("EEPROM of more than its bits");
            }
        }
    }

    private final int[] words;
    private final int addressBits;
    private boolean select;
    private boolean clock;
    private boolean dataOut = true;
    private boolean writeEnabled;
    private Phase phase = Phase.STANDBY;
    private int shift;
    private int count;
    private int instruction;

    /**
     * Makes an erased chip.
     *
     * @param size words: 64 (93C46), 128 (93C56) or 256 (93C66)
     */
    public SerialEeprom(int size) {
        if (size != 64 && size != 128 && size != 256) {
            throw new IllegalArgumentException("EEPROM of %d words".formatted(size));
        }
        words = new int[size];
        Arrays.fill(words, 0xFFFF);
        addressBits = size == 64 ? 6 : 8;
    }

    /** Number of words. */
    public int size() {
        return words.length;
    }

    public int word(int address) {
        return words[address];
    }

    /** Sets a word, as the card's maker does. */
    public void setWord(int address, int value) {
        words[address] = value & 0xFFFF;
    }

    /** Sets words to bytes, of which there is an even number: the low byte of a word comes first. */
    public void setBytes(int address, byte[] bytes) {
        for (int i = 0; i < bytes.length; i += 2) {
            setWord(address + i / 2, bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8);
        }
    }

    /** So many bytes from a word on, the low byte of each word first. */
    public byte[] bytes(int address, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (words[address + i / 2] >>> (8 * (i & 1)));
        }
        return bytes;
    }

    /** The sum of so many words from the first on, of 16 bits. */
    public int sum(int count) {
        return Arrays.stream(words, 0, count).sum() & 0xFFFF;
    }

    /** The chip's output; the bus is pulled up while the chip does not drive it. */
    public boolean dataOut() {
        return dataOut;
    }

    /**
     * Sets the chip's inputs.
     *
     * @param selected pin CS
     * @param high pin SK
     * @param dataIn pin DI
     */
    public void drive(boolean selected, boolean high, boolean dataIn) {
        if (!selected) {
            if (phase == Phase.COMPLETE && writeEnabled) {
                program();
            }
            enter(Phase.STANDBY);
            dataOut = true;
        } else if (select && high && !clock) {
            clockIn(dataIn ? 1 : 0);
        }
        select = selected;
        clock = high;
    }

    private void enter(Phase next) {
        phase = next;
        shift = 0;
        count = 0;
    }

    private void clockIn(int bit) {
        switch (phase) {
            case STANDBY -> enter(bit == 1 ? Phase.INSTRUCTION : Phase.STANDBY);
            case INSTRUCTION -> {
                shift = shift << 1 | bit;
                if (++count == 2 + addressBits) {
                    instruction = shift;
                    decode();
                }
            }
            case READ -> readBit();
            case DATA -> {
                shift = shift << 1 | bit;
                if (++count == WORD) {
                    phase = Phase.COMPLETE;
                }
            }
            case COMPLETE -> {}
        }
    }

    /** Operation, with the first two address bits when they say what operation 00 is. */
    private int operation() {
        int high = instruction >> addressBits;
        return high == 0 ? instruction >> (addressBits - 2) : high << 2;
    }

    private void decode() {
        switch (operation()) {
            case 0b10_00 -> {
                enter(Phase.READ);
                // A zero goes out with the last address bit.
                dataOut = false;
            }
            case 0b01_00, 0b00_01 -> enter(Phase.DATA);
            case 0b00_00, 0b00_11 -> {
                writeEnabled = operation() == 0b00_11;
                enter(Phase.STANDBY);
            }
            default -> enter(Phase.COMPLETE);
        }
    }

    /** Behind the last bit of a word comes the first of the next word. */
    private void readBit() {
        if (count == 0) {
            shift = words[instruction & (words.length - 1)];
            instruction = 0b10 << addressBits | ((instruction + 1) & (words.length - 1));
            count = WORD;
        }
        dataOut = (shift & 0x8000) != 0;
        shift = shift << 1 & 0xFFFF;
        count--;
    }

    private void program() {
        switch (operation()) {
            case 0b01_00 -> words[instruction & (words.length - 1)] = shift;
            case 0b11_00 -> words[instruction & (words.length - 1)] = 0xFFFF;
            case 0b00_01 -> Arrays.fill(words, shift);
            default -> Arrays.fill(words, 0xFFFF);
        }
    }

    public State save() {
        return new State(words, select, clock, dataOut, writeEnabled, phase, shift, count, instruction);
    }

    /**
     * Takes a saved state over.
     *
     * @throws IllegalArgumentException when it is another chip's
     */
    public void restore(State state) {
        int most = state.phase == Phase.INSTRUCTION ? 1 + addressBits : state.phase == Phase.DATA ? WORD - 1 : WORD;
        if (state.words.length != words.length || state.instruction >> addressBits > 3 || state.count > most) {
            throw new IllegalArgumentException("state of another EEPROM");
        }
        System.arraycopy(state.words, 0, words, 0, words.length);
        select = state.select;
        clock = state.clock;
        dataOut = state.dataOut;
        writeEnabled = state.writeEnabled;
        phase = state.phase;
        shift = state.shift;
        count = state.count;
        instruction = state.instruction;
    }
}
