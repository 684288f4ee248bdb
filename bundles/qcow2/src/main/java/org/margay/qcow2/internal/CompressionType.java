package org.margay.qcow2.internal;

import java.util.Locale;

/** Create option compression_type. */
enum CompressionType {
    ZLIB(0),
    ZSTD(1);

    private final int number;

    CompressionType(int number) {
        this.number = number;
    }

    /** As headers have it. */
    int number() {
        return number;
    }

    /** The one of a number that a header was found to have. */
    static CompressionType of(int number) {
        return number == 0 ? ZLIB : ZSTD;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
