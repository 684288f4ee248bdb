package org.margay.memory;

/**
 * What widths of access an {@link IoHandler} wants to see. Wider ones are split, low address first; narrower ones are
 * widened: reads are cut, writes come with the other bytes zero at the aligned address.
 *
 * @param min smallest width in bytes: 1, 2, 4 or 8
 * @param max greatest width in bytes: 1, 2, 4 or 8, not below min
 */
public record AccessSizes(int min, int max) {
    public static final AccessSizes BYTE = new AccessSizes(1, 1);
    public static final AccessSizes UP_TO_2 = new AccessSizes(1, 2);
    public static final AccessSizes UP_TO_4 = new AccessSizes(1, 4);
    public static final AccessSizes UP_TO_8 = new AccessSizes(1, 8);
    public static final AccessSizes ONLY_4 = new AccessSizes(4, 4);

    public AccessSizes {
        if (Integer.bitCount(min) != 1 || Integer.bitCount(max) != 1 || min > max || max > 8) {
            throw new IllegalArgumentException("access sizes %d..%d".formatted(min, max));
        }
    }
}
