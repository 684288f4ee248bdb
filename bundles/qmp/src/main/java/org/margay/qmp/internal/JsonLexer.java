package org.margay.qmp.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into the tokens of QMP's JSON dialect: RFC 8259 with strings in single quotes as well, {@code \'},
 * and raw control characters in strings. A token may arrive in any number of pieces.
 *
 * <p>A byte that continues no token is a lexical error: what was collected is dropped and reading starts afresh behind that
 * byte. FF and the other bytes that UTF-8 never uses are errors anywhere, inside strings too, so that a client can force a
 * clean state by sending one.
 */
final class JsonLexer {
    /** Takes the tokens. */
    interface Sink {
        /** One of {@code { } [ ] : ,}. */
        void structure(int character);

        /** @param wellFormed whether it was right UTF-8 */
        void string(String value, boolean wellFormed);

        /** @param integer neither fraction nor exponent */
        void number(String text, boolean integer);

        /** A keyword, known or not. */
        void word(String text);

        /** The bytes so far can't be tokens. */
        void lexicalError();

        /** How long a token may still become, in bytes. */
        int room();

        /** A token, not yet complete, used up the room; the rest of it will be read as new input. */
        void tooLong();
    }

    private enum State {
        START,
        STRING,
        ESCAPE,
        UNICODE,
        MINUS,
        ZERO,
        DIGITS,
        POINT,
        FRACTION,
        EXPONENT,
        EXPONENT_SIGN,
        EXPONENT_DIGITS,
        WORD
    }

    private final Sink sink;
    private final StringBuilder text = new StringBuilder();
    private State state = State.START;
    private int tokenBytes;

    /** The quote that ends the string. */
    private int quote;

    /** Value so far and digits missing of a {@code \}{@code u} escape. */
    private int unicode;

    private int unicodeDigits;

    private final Utf8Decoder utf8 = new Utf8Decoder(text);

    JsonLexer(Sink sink) {
        this.sink = sink;
    }

    void feed(ByteBuffer input) {
        while (input.hasRemaining()) {
            int c = input.get() & 0xff;
            if (c == 0xc0 || c == 0xc1 || c >= 0xf5) {
                endPendingToken();
                lexicalError();
            } else if (!step(c)) {
                // The byte only ended the token before it.
                step(c);
            }
        }
    }

    /** Returns whether the byte was used up; if not, the state is START and it must be given again. */
    private boolean step(int c) {
        if (state != State.START && ++tokenBytes > sink.room()) {
            clear();
            sink.tooLong();
            return true;
        }
        switch (state) {
            case START -> start(c);
            case STRING -> string(c);
            case ESCAPE -> escape(c);
            case UNICODE -> unicode(c);
            case MINUS -> numberPart(c, c == '0' ? State.ZERO : digit(c) ? State.DIGITS : null);
            case POINT, FRACTION -> {
                if (state == State.FRACTION && !digit(c) && c != 'e' && c != 'E') {
                    endPendingToken();
                    return false;
                }
                numberPart(c, digit(c) ? State.FRACTION : state == State.POINT ? null : State.EXPONENT);
            }
            case EXPONENT ->
                numberPart(c, digit(c) ? State.EXPONENT_DIGITS : c == '+' || c == '-' ? State.EXPONENT_SIGN : null);
            case EXPONENT_SIGN -> numberPart(c, digit(c) ? State.EXPONENT_DIGITS : null);
            case ZERO, DIGITS, EXPONENT_DIGITS, WORD -> {
                return continueOrEnd(c);
            }
        }
        return true;
    }

    private void start(int c) {
        switch (c) {
            case ' ', '\t', '\r', '\n' -> {}
            case '{', '}', '[', ']', ':', ',' -> sink.structure(c);
            case '"', '\'' -> {
                quote = c;
                begin(State.STRING);
            }
            case '-' -> begin(State.MINUS).append('-');
            case '0' -> begin(State.ZERO).append('0');
            // % begins placeholders of the dialect's templates; here it can only make an unknown word.
            case '%' -> begin(State.WORD).append('%');
            default -> {
                if (digit(c)) {
                    begin(State.DIGITS).append((char) c);
                } else if (c >= 'a' && c <= 'z') {
                    begin(State.WORD).append((char) c);
                } else {
                    lexicalError();
                }
            }
        }
    }

    private StringBuilder begin(State next) {
        state = next;
        tokenBytes = 1;
        return text;
    }

    private void string(int c) {
        if (c >= 0x80) {
            utf8.add(c);
            return;
        }
        utf8.endSequence();
        if (c == quote) {
            String value = text.toString();
            boolean wellFormed = utf8.wellFormed();
            clear();
            sink.string(value, wellFormed);
        } else if (c == '\\') {
            state = State.ESCAPE;
        } else if (c == 0) {
            lexicalError();
        } else {
            text.append((char) c);
        }
    }

    private void escape(int c) {
        int plain = switch (c) {
            case '"', '\'', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
        if (plain >= 0) {
            text.append((char) plain);
            state = State.STRING;
        } else if (c == 'u') {
            unicode = 0;
            unicodeDigits = 4;
            state = State.UNICODE;
        } else {
            lexicalError();
        }
    }

    private void unicode(int c) {
        int value = Character.digit(c, 16);
        if (value < 0) {
            lexicalError();
            return;
        }
        unicode = unicode << 4 | value;
        if (--unicodeDigits == 0) {
            text.append((char) unicode);
            state = State.STRING;
        }
    }

    private void numberPart(int c, @Nullable State next) {
        if (next == null) {
            lexicalError();
        } else {
            text.append((char) c);
            state = next;
        }
    }

    private boolean continueOrEnd(int c) {
        State next = switch (state) {
            case WORD ->
                c >= 'a' && c <= 'z' || text.charAt(0) == '%' && (digit(c) || c >= 'A' && c <= 'Z')
                        ? State.WORD
                        : State.START;
            case EXPONENT_DIGITS -> digit(c) ? state : State.START;
            default ->
                c == '.' ? State.POINT : c == 'e' || c == 'E' ? State.EXPONENT : digit(c) ? State.DIGITS : State.START;
        };
        if (state == State.ZERO && next == State.DIGITS) {
            lexicalError();
            return true;
        }
        if (next == State.START) {
            endPendingToken();
            return false;
        }
        text.append((char) c);
        state = next;
        return true;
    }

    /** Hands on a token that only what follows ends: a number or a word. Others stay. */
    private void endPendingToken() {
        State last = state;
        switch (last) {
            case ZERO, DIGITS, FRACTION, EXPONENT_DIGITS, WORD -> {
                String value = text.toString();
                clear();
                if (last == State.WORD) {
                    sink.word(value);
                } else {
                    sink.number(value, last == State.ZERO || last == State.DIGITS);
                }
            }
            default -> {}
        }
    }

    private void lexicalError() {
        clear();
        sink.lexicalError();
    }

    private void clear() {
        state = State.START;
        utf8.clear();
        if (text.capacity() > 1 << 16) {
            text.setLength(0);
            text.trimToSize();
        } else {
            text.setLength(0);
        }
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }
}
