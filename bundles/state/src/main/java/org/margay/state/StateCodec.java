package org.margay.state;

import org.margay.state.internal.StateReader;
import org.margay.state.internal.StateWriter;

/**
 * Turns state records into bytes and back. Components may be primitives, their boxes, strings, enums, {@code byte[]}, other
 * one-dimensional arrays, {@link java.util.List}, {@link java.util.Optional} and further records; any reference may be null
 * as far as the record's own constructor lets it. Both ways are free of side effects and may be used from any thread.
 *
 * <p>The form describes itself: after the four bytes {@code MGS1} follows one value. A value is a tag byte and its content;
 * numbers are variable-length with seven bits a byte, low bits first; signed ones have their sign in bit 0 (zigzag).
 *
 * <pre>
 * 0 null     1 false    2 true
 * 3 integer  signed number           4 float    4 bytes, big-endian   5 double   8 bytes, big-endian
 * 6 string   length, UTF-8           7 bytes    length, bytes         8 list     count, values
 * 9 record   version, count, then for each component: length and UTF-8 of its name, value
 * </pre>
 *
 * Enums are strings of their names; Optional is the value or null.
 */
public final class StateCodec {
    /** Longest encoded state in bytes that {@link #decode} looks at. */
    public static final int MAX_LENGTH = 64 << 20;

    private StateCodec() {}

    /**
     * Encodes.
     *
     * @throws IllegalArgumentException when the record has a component of a type that states can't hold
     */
    public static byte[] encode(Record state) {
        return StateWriter.write(state);
    }

    /**
     * Decodes what may come from a hostile peer; allocates a small multiple of the input's length at most.
     *
     * @throws StateException when the bytes are no such record, or its constructor refuses the values
     */
    public static <S extends Record> S decode(Class<S> type, byte[] encoded) throws StateException {
        if (encoded.length > MAX_LENGTH) {
            throw new StateException("Saved state of %d bytes, at most %d".formatted(encoded.length, MAX_LENGTH));
        }
        return StateReader.read(type, encoded);
    }

    /** The version that {@link #encode} writes for a record type. */
    public static int versionOf(Class<? extends Record> type) {
        StateVersion version = type.getAnnotation(StateVersion.class);
        return version == null ? 1 : version.value();
    }
}
