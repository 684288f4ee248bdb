package org.margay.pc.internal.input;

import java.util.List;

/**
 * An IBM PS/2 keyboard (Personal System/2 Hardware Interface Technical Reference, "Keyboards (101- and 102-key)"): scan code
 * sets 1 to 3, all commands. Repeating is left to whoever presses the keys.
 */
final class Ps2Keyboard {
    private static final int ACKNOWLEDGE = 0xFA;
    private static final int RESEND = 0xFE;
    private static final int SELF_TEST_PASSED = 0xAA;
    private static final int ECHO = 0xEE;
    private static final int QUEUE_SIZE = 16;
    private static final int RESPONSE_SIZE = 8;
    /** Set 3 codes of shifts, controls and alts: the keys that report their release by default. */
    private static final List<Integer> MODIFIERS = List.of(0x11, 0x12, 0x19, 0x39, 0x58, 0x59);

    /**
     * What the guest can see.
     *
     * @param keys scan codes that wait
     * @param responses answers to commands that wait; they go first
     * @param lastSent for the command "resend"
     * @param command that waits for its parameter, or 0
     * @param set of scan codes, 1 to 3
     * @param scanning keys are reported
     * @param releases set 3: all keys report their release
     * @param leds Scroll Lock 1, Num Lock 2, Caps Lock 4
     * @param rate typematic rate and delay as set
     */
    record State(
            List<Integer> keys,
            List<Integer> responses,
            int lastSent,
            int command,
            int set,
            boolean scanning,
            boolean releases,
            int leds,
            int rate) {
        State {
            keys = ByteQueue.checked(keys);
            responses = ByteQueue.checked(responses);
            if (((lastSent | command | leds | rate) & ~0xFF) != 0 || set < 1 || set > 3) {
                throw new IllegalArgumentException("PS/2 keyboard");
            }
        }
    }

    private final ByteQueue keys = new ByteQueue(QUEUE_SIZE);
    private final ByteQueue responses = new ByteQueue(RESPONSE_SIZE);
    private int lastSent;
    private int command;
    private int set = 2;
    private boolean scanning = true;
    private boolean releases;
    private int leds;
    private int rate = 0x2B;

    /** Power-on state. */
    void reset() {
        keys.clear();
        responses.clear();
        lastSent = 0;
        command = 0;
        leds = 0;
        setDefaults();
        scanning = true;
    }

    private void setDefaults() {
        set = 2;
        releases = false;
        rate = 0x2B;
        keys.clear();
    }

    /** A key goes down or up. */
    void key(int number, boolean down) {
        if (!scanning || number < 1 || number > 0xFF) {
            return;
        }
        int[] bytes = ScanCodes.bytes(set, number, down);
        if (set == 3 && !down && bytes.length == 2 && !releases && !MODIFIERS.contains(bytes[1])) {
            return;
        }
        // The last place is kept for the overrun code.
        if (bytes.length < keys.room()) {
            keys.add(bytes);
        } else if (keys.room() > 0) {
            keys.add(set == 1 ? 0xFF : 0x00);
        }
    }

    boolean hasData() {
        return !responses.isEmpty() || !keys.isEmpty();
    }

    int take() {
        lastSent = responses.isEmpty() ? keys.take() : responses.take();
        return lastSent;
    }

    /** Takes a byte from the host. */
    void receive(int value) {
        responses.clear();
        int awaiting = command;
        command = 0;
        // A command in place of a parameter is taken as the command.
        if (awaiting != 0 && value < 0xED) {
            parameter(awaiting, value);
        } else {
            execute(value);
        }
    }

    private void parameter(int awaiting, int value) {
        responses.add(ACKNOWLEDGE);
        switch (awaiting) {
            case 0xED -> leds = value & 7;
            case 0xF0 -> {
                if (value == 0) {
                    responses.add(set);
                } else if (value <= 3) {
                    set = value;
                }
            }
            case 0xF3 -> rate = value & 0x7F;
            // The lists of single keys after FBh to FDh go on until the next command.
            default -> command = awaiting;
        }
    }

    private void execute(int value) {
        switch (value) {
            case 0xED, 0xF0, 0xF3, 0xFB, 0xFC, 0xFD -> {
                command = value;
                responses.add(ACKNOWLEDGE);
            }
            case ECHO -> responses.add(ECHO);
            case 0xF2 -> responses.add(ACKNOWLEDGE, 0xAB, 0x83);
            case 0xF4 -> {
                keys.clear();
                scanning = true;
                responses.add(ACKNOWLEDGE);
            }
            case 0xF5 -> {
                setDefaults();
                scanning = false;
                responses.add(ACKNOWLEDGE);
            }
            case 0xF6 -> {
                setDefaults();
                responses.add(ACKNOWLEDGE);
            }
            case 0xF7, 0xF9 -> {
                releases = false;
                responses.add(ACKNOWLEDGE);
            }
            case 0xF8, 0xFA -> {
                releases = true;
                responses.add(ACKNOWLEDGE);
            }
            case RESEND -> responses.add(lastSent);
            case 0xFF -> {
                reset();
                responses.add(ACKNOWLEDGE, SELF_TEST_PASSED);
            }
            default -> responses.add(RESEND);
        }
    }

    int leds() {
        return leds;
    }

    State save() {
        return new State(keys.save(), responses.save(), lastSent, command, set, scanning, releases, leds, rate);
    }

    void restore(State state) {
        keys.restore(state.keys);
        responses.restore(state.responses);
        lastSent = state.lastSent;
        command = state.command;
        set = state.set;
        scanning = state.scanning;
        releases = state.releases;
        leds = state.leds;
        rate = state.rate;
    }
}
