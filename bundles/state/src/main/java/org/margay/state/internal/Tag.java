package org.margay.state.internal;

/** Tags of encoded values; the table is in {@link org.margay.state.StateCodec}. */
final class Tag {
    static final byte[] MAGIC = {'M', 'G', 'S', '1'};

    static final int NULL = 0;
    static final int FALSE = 1;
    static final int TRUE = 2;
    static final int INTEGER = 3;
    static final int FLOAT = 4;
    static final int DOUBLE = 5;
    static final int STRING = 6;
    static final int BYTES = 7;
    static final int LIST = 8;
    static final int RECORD = 9;

    private Tag() {}
}
