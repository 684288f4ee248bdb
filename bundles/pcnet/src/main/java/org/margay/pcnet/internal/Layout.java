package org.margay.pcnet.internal;

/**
 * Where and how structures are in guest memory: initialization block and style (Am79C970A data sheet, CSR1, CSR2,
 * BCR20).
 */
final class Layout {
    /** Registers. */
    record State(int block, SoftwareStyle style) {
        State {
            if (style == null) {
                throw new IllegalArgumentException("PCnet without style");
            }
        }
    }

    private int block;
    private SoftwareStyle style = SoftwareStyle.LANCE;

    void reset() {
        style = SoftwareStyle.LANCE;
    }

    SoftwareStyle style() {
        return style;
    }

    void setStyle(SoftwareStyle newStyle) {
        style = newStyle;
    }

    /** Address of the initialization block. */
    long block() {
        return block & 0xFFFF_FFFFL;
    }

    void setBlock(int address) {
        block = address;
    }

    /** Bits 31 to 24 of addresses in the LANCE's style. */
    long high() {
        return block & 0xFF00_0000L;
    }

    State save() {
        return new State(block, style);
    }

    void restore(State state) {
        block = state.block;
        style = state.style;
    }
}
