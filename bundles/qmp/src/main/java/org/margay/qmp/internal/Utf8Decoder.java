package org.margay.qmp.internal;

/**
 * Decodes UTF-8 (RFC 3629) byte by byte. Overlong forms, encoded surrogates, cut sequences and stray continuation bytes are
 * noticed and become U+FFFD.
 */
final class Utf8Decoder {
    private final StringBuilder output;
    private int codePoint;

    /** Continuation bytes to come. */
    private int missing;

    /** The least code point that needs a sequence of this length. */
    private int least;

    private boolean wellFormed = true;

    Utf8Decoder(StringBuilder output) {
        this.output = output;
    }

    /** Takes a byte of 80 to F4. */
    void add(int c) {
        if (c < 0xc0) {
            if (missing == 0) {
                malformed();
                return;
            }
            codePoint = codePoint << 6 | c & 0x3f;
            if (--missing == 0) {
                if (codePoint < least || codePoint >= 0xd800 && codePoint < 0xe000 || codePoint > 0x10ffff) {
                    malformed();
                } else {
                    output.appendCodePoint(codePoint);
                }
            }
            return;
        }
        endSequence();
        if (c < 0xe0) {
            begin(c & 0x1f, 1, 0x80);
        } else if (c < 0xf0) {
            begin(c & 0x0f, 2, 0x800);
        } else {
            begin(c & 0x07, 3, 0x10000);
        }
    }

    private void begin(int bits, int continuations, int leastCodePoint) {
        codePoint = bits;
        missing = continuations;
        least = leastCodePoint;
    }

    /** Something else follows: a sequence that is not complete is cut. */
    void endSequence() {
        if (missing > 0) {
            missing = 0;
            malformed();
        }
    }

    boolean wellFormed() {
        return wellFormed;
    }

    void clear() {
        missing = 0;
        wellFormed = true;
    }

    private void malformed() {
        wellFormed = false;
        output.append('\ufffd');
    }
}
