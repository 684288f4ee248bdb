package org.margay.cpu.internal.decode;

import org.margay.cpu.internal.GuestFault;

/** Where the bytes of one instruction come from. */
@FunctionalInterface
public interface CodeSource {
    /**
     * A byte of the instruction.
     *
     * @param index 0-14, from the instruction's first byte
     * @return 0-255
     * @throws GuestFault when the byte can't be fetched
     */
    int fetch(int index);

    /** Bytes of an array, zeros behind it. */
    static CodeSource of(byte[] code, int from) {
        return index -> from + index < code.length ? code[from + index] & 0xFF : 0;
    }
}
