package org.margay.pc.internal.interrupt;

/**
 * One programmable interrupt controller (Intel 8259A data sheet, order 231468). Registers are 8 bits, bit n belongs to input
 * n. Knows nothing of its partner: {@link PicPair} wires two of them.
 */
final class I8259 {
    private static final int ICW1 = 0x10;
    private static final int ICW1_IC4 = 0x01;
    private static final int ICW1_SINGLE = 0x02;
    private static final int ICW4_AUTO_EOI = 0x02;
    private static final int ICW4_SPECIAL_FULLY_NESTED = 0x10;
    private static final int OCW3 = 0x08;
    private static final int OCW3_POLL = 0x04;

    /** Which initialization command word the data port takes next. */
    enum Expects {
        OCW1,
        ICW2,
        ICW3,
        ICW4
    }

    /**
     * What the guest can see of one controller.
     *
     * @param levels inputs as driven
     * @param requests IRR
     * @param masks IMR
     * @param inService ISR
     * @param levelTriggered the chip set's edge/level control register
     * @param vectorBase ICW2, low three bits zero
     * @param lowestPriority input whose priority is the lowest
     * @param cascade ICW3
     */
    record State(
            int levels,
            int requests,
            int masks,
            int inService,
            int levelTriggered,
            int vectorBase,
            int lowestPriority,
            int cascade,
            Expects expects,
            boolean single,
            boolean expectsIcw4,
            boolean readsInService,
            boolean polled,
            boolean specialMask,
            boolean autoEoi,
            boolean rotateOnAutoEoi,
            boolean specialFullyNested) {
        State {
            if (((levels | requests | masks | inService | levelTriggered | cascade) & ~0xFF) != 0
                    || (vectorBase & ~0xF8) != 0
                    || (lowestPriority & ~7) != 0) {
                throw new IllegalArgumentException("8259A register of more than its bits");
            }
            if (expects == null) {
                throw new IllegalArgumentException("8259A initialization step missing");
            }
        }
    }

    static final State RESET =
            new State(0, 0, 0, 0, 0, 0, 7, 0, Expects.OCW1, false, false, false, false, false, false, false, false);

    /** Inputs that the chip set lets be level-triggered. */
    private final int elcrMask;
    /** Input that a slave drives, or 0. */
    private final int cascadeInput;

    private int levels;
    private int requests;
    private int masks;
    private int inService;
    private int levelTriggered;
    private int vectorBase;
    private int lowestPriority;
    private int cascade;
    private Expects expects = Expects.OCW1;
    private boolean single;
    private boolean expectsIcw4;
    private boolean readsInService;
    private boolean polled;
    private boolean specialMask;
    private boolean autoEoi;
    private boolean rotateOnAutoEoi;
    private boolean specialFullyNested;

    I8259(int elcrMask, int cascadeInput) {
        this.elcrMask = elcrMask;
        this.cascadeInput = cascadeInput;
        restore(RESET);
    }

    /** Power-on; the inputs keep their levels. */
    void reset() {
        int driven = levels;
        restore(RESET);
        levels = driven;
    }

    void setInput(int input, boolean high) {
        int bit = 1 << input;
        if (high) {
            // An edge is latched until it is acknowledged, even if the input drops earlier.
            if ((levels & bit) == 0 || (levelInputs() & bit) != 0) {
                requests |= bit;
            }
            levels |= bit;
        } else {
            levels &= ~bit;
            requests &= ~(bit & levelInputs());
        }
    }

    /** Inputs whose request follows their level; the slave's INT is one, as it falls with what it asked for. */
    private int levelInputs() {
        return levelTriggered | (cascadeInput == 0 ? 0 : 1 << cascadeInput);
    }

    /** The input that INT asks service for now, or -1. */
    int pending() {
        int candidates = requests & ~masks;
        if (candidates == 0) {
            return -1;
        }
        int blocking = specialMask ? inService & ~masks : inService;
        for (int i = 1; i <= 8; i++) {
            int input = lowestPriority + i & 7;
            int bit = 1 << input;
            boolean nests = specialFullyNested && input == cascadeInput && cascadeInput != 0;
            if ((blocking & bit) != 0 && !nests) {
                return -1;
            }
            if ((candidates & bit) != 0) {
                return input;
            }
            if ((blocking & bit) != 0) {
                return -1;
            }
        }
        return -1;
    }

    /** INTA or poll: the pending input goes into service; -1 when there is none (any more). */
    int acknowledge() {
        int input = pending();
        if (input >= 0) {
            int bit = 1 << input;
            requests &= ~bit | levelInputs();
            if (!autoEoi) {
                inService |= bit;
            } else if (rotateOnAutoEoi) {
                lowestPriority = input;
            }
        }
        return input;
    }

    /** Vector of an input; that of input 7 for a spurious interrupt (data sheet, "Edge and level triggered modes"). */
    int vector(int input) {
        return vectorBase | (input < 0 ? 7 : input);
    }

    int readCommandPort() {
        if (polled) {
            polled = false;
            int input = acknowledge();
            return input < 0 ? 0 : 0x80 | input;
        }
        return readsInService ? inService : requests;
    }

    int readDataPort() {
        return polled ? readCommandPort() : masks;
    }

    void writeCommandPort(int value) {
        if ((value & ICW1) != 0) {
            initialize(value);
        } else if ((value & OCW3) != 0) {
            if ((value & OCW3_POLL) != 0) {
                polled = true;
            }
            if ((value & 0x02) != 0) {
                readsInService = (value & 0x01) != 0;
            }
            if ((value & 0x40) != 0) {
                specialMask = (value & 0x20) != 0;
            }
        } else {
            endOrRotate(value >> 5, value & 7);
        }
    }

    /** ICW1: the trigger mode bit is ignored, as the chip set has ELCR instead. */
    private void initialize(int icw1) {
        masks = 0;
        inService = 0;
        requests = levels & levelInputs();
        lowestPriority = 7;
        specialMask = false;
        readsInService = false;
        polled = false;
        rotateOnAutoEoi = false;
        autoEoi = false;
        specialFullyNested = false;
        single = (icw1 & ICW1_SINGLE) != 0;
        expectsIcw4 = (icw1 & ICW1_IC4) != 0;
        expects = Expects.ICW2;
    }

    /** OCW2, by its bits R, SL and EOI. */
    private void endOrRotate(int command, int input) {
        switch (command) {
            case 0b000 -> rotateOnAutoEoi = false;
            case 0b100 -> rotateOnAutoEoi = true;
            case 0b001 -> end(highestInService(), false);
            case 0b101 -> end(highestInService(), true);
            case 0b011 -> end(input, false);
            case 0b111 -> end(input, true);
            case 0b110 -> lowestPriority = input;
            default -> {
                // 010 is no operation.
            }
        }
    }

    private void end(int input, boolean rotate) {
        if (input >= 0) {
            inService &= ~(1 << input);
            if (rotate) {
                lowestPriority = input;
            }
        }
    }

    private int highestInService() {
        int candidates = specialMask ? inService & ~masks : inService;
        for (int i = 1; i <= 8; i++) {
            int input = lowestPriority + i & 7;
            if ((candidates & 1 << input) != 0) {
                return input;
            }
        }
        return -1;
    }

    void writeDataPort(int value) {
        switch (expects) {
            case OCW1 -> masks = value;
            case ICW2 -> {
                vectorBase = value & 0xF8;
                expects = !single ? Expects.ICW3 : expectsIcw4 ? Expects.ICW4 : Expects.OCW1;
            }
            case ICW3 -> {
                cascade = value;
                expects = expectsIcw4 ? Expects.ICW4 : Expects.OCW1;
            }
            case ICW4 -> {
                autoEoi = (value & ICW4_AUTO_EOI) != 0;
                specialFullyNested = (value & ICW4_SPECIAL_FULLY_NESTED) != 0;
                expects = Expects.OCW1;
            }
        }
    }

    int elcr() {
        return levelTriggered;
    }

    void setElcr(int value) {
        levelTriggered = value & elcrMask;
    }

    State save() {
        return new State(
                levels,
                requests,
                masks,
                inService,
                levelTriggered,
                vectorBase,
                lowestPriority,
                cascade,
                expects,
                single,
                expectsIcw4,
                readsInService,
                polled,
                specialMask,
                autoEoi,
                rotateOnAutoEoi,
                specialFullyNested);
    }

    void restore(State state) {
        if ((state.levelTriggered & ~elcrMask) != 0) {
            throw new IllegalArgumentException(
                    "ELCR %#x, only %#x can be set".formatted(state.levelTriggered, elcrMask));
        }
        levels = state.levels;
        requests = state.requests;
        masks = state.masks;
        inService = state.inService;
        levelTriggered = state.levelTriggered;
        vectorBase = state.vectorBase;
        lowestPriority = state.lowestPriority;
        cascade = state.cascade;
        expects = state.expects;
        single = state.single;
        expectsIcw4 = state.expectsIcw4;
        readsInService = state.readsInService;
        polled = state.polled;
        specialMask = state.specialMask;
        autoEoi = state.autoEoi;
        rotateOnAutoEoi = state.rotateOnAutoEoi;
        specialFullyNested = state.specialFullyNested;
    }
}
