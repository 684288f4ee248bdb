package org.margay.pci;

/**
 * The 256 bytes of a function's configuration registers (PCI Local Bus Specification 3.0, chapter 6): values, which bits the
 * guest may write, and which bits a written 1 clears. The model sets registers without regard to the masks.
 */
public final class ConfigSpace {
    /** Bytes. */
    public static final int SIZE = 256;

    private final byte[] values = new byte[SIZE];
    private final byte[] writable = new byte[SIZE];
    private final byte[] cleared = new byte[SIZE];
    /** Bits that the model itself changes, such as status bits, and that a saved state may hence hold. */
    private final byte[] changing = new byte[SIZE];

    /** Reads 1, 2 or 4 bytes little-endian; bytes behind the end are FF. */
    public int get(int offset, int size) {
        int value = 0;
        for (int i = 0; i < size; i++) {
            int octet = offset + i < SIZE ? values[offset + i] & 0xFF : 0xFF;
            value |= octet << (8 * i);
        }
        return value;
    }

    public int getByte(int offset) {
        return values[offset] & 0xFF;
    }

    public int getWord(int offset) {
        return get(offset, 2);
    }

    /** Sets a register of 1, 2 or 4 bytes as the model wants it. */
    public void set(int offset, int size, int value) {
        for (int i = 0; i < size; i++) {
            values[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Sets or clears bits of a 16-bit register that the model drives: declare them by {@link #driven}. */
    public void drive(int offset, int bits, boolean on) {
        int old = getWord(offset);
        set(offset, 2, on ? old | bits : old & ~bits);
    }

    /** Declares which bits of a register the guest may write. */
    public void writable(int offset, int size, int mask) {
        declare(writable, offset, size, mask);
    }

    /** Declares which bits of a register a written 1 clears. */
    public void clearedByOne(int offset, int size, int mask) {
        declare(cleared, offset, size, mask);
    }

    /** Declares which bits of a register the model changes while the guest runs. */
    public void driven(int offset, int size, int mask) {
        declare(changing, offset, size, mask);
    }

    private static void declare(byte[] masks, int offset, int size, int mask) {
        for (int i = 0; i < size; i++) {
            masks[offset + i] = (byte) (mask >>> (8 * i));
        }
    }

    /** The guest writes: only what the masks allow changes; bytes behind the end are dropped. */
    void write(int offset, int size, int value) {
        for (int i = 0; i < size && offset + i < SIZE; i++) {
            int at = offset + i;
            int octet = value >>> (8 * i) & 0xFF;
            values[at] = (byte) (values[at] & ~writable[at] & ~(octet & cleared[at]) | octet & writable[at]);
        }
    }

    byte[] copy() {
        return values.clone();
    }

    /**
     * Takes all values over.
     *
     * @throws IllegalArgumentException when a bit differs that neither guest nor model can change
     */
    void load(byte[] saved) {
        if (saved.length != SIZE) {
            throw new IllegalArgumentException("%d bytes of configuration space".formatted(saved.length));
        }
        for (int i = 0; i < SIZE; i++) {
            if (((saved[i] ^ values[i]) & ~(writable[i] | cleared[i] | changing[i]) & 0xFF) != 0) {
                throw new IllegalArgumentException(
                        "configuration register %#x can't be %#x".formatted(i, saved[i] & 0xFF));
            }
        }
        System.arraycopy(saved, 0, values, 0, SIZE);
    }

    /** Like {@link #load} without the check: to values that were there before. */
    void reload(byte[] earlier) {
        System.arraycopy(earlier, 0, values, 0, SIZE);
    }
}
