package org.margay.firmware.internal.boot;

import java.util.Optional;

/**
 * The header of a multiboot kernel ("Multiboot Specification" 0.6.96, section 3.1).
 *
 * @param offset in the file
 * @param flags what the kernel asks for
 * @param addresses where to load it, when the flags say that they are given
 */
record MultibootHeader(int offset, int flags, Optional<Addresses> addresses) {
    /** As much of a file as {@link #find} looks at. */
    static final int SEARCHED = 8192;

    private static final int MAGIC = 0x1BADB002;
    private static final int ADDRESSES_GIVEN = 1 << 16;
    /** Page-aligned modules, memory information, video mode: what we give or what may be ignored. */
    private static final int UNDERSTOOD = 0x7;

    /** Physical addresses, unsigned; zero ends mean "the whole file" and "no BSS". */
    record Addresses(long header, long load, long loadEnd, long bssEnd, long entry) {}

    /** Looks for the header in the first bytes of a file. */
    static Optional<MultibootHeader> find(byte[] start) throws ImageException {
        for (int at = 0; at + 12 <= start.length; at += 4) {
            int flags = (int) number(start, at + 4);
            if (number(start, at) == MAGIC && MAGIC + flags + (int) number(start, at + 8) == 0) {
                if ((flags & 0xFFFF & ~UNDERSTOOD) != 0) {
                    throw new ImageException("the multiboot kernel asks for unknown features %#x"
                            .formatted(flags & 0xFFFF & ~UNDERSTOOD));
                }
                return Optional.of(new MultibootHeader(at, flags, addresses(start, at, flags)));
            }
        }
        return Optional.empty();
    }

    private static Optional<Addresses> addresses(byte[] start, int at, int flags) throws ImageException {
        if ((flags & ADDRESSES_GIVEN) == 0) {
            return Optional.empty();
        }
        if (at + 32 > start.length) {
            throw new ImageException("the multiboot header is truncated");
        }
        return Optional.of(new Addresses(
                number(start, at + 12),
                number(start, at + 16),
                number(start, at + 20),
                number(start, at + 24),
                number(start, at + 28)));
    }

    private static long number(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (bytes[offset + i] & 0xFFL) << (8 * i);
        }
        return value;
    }
}
