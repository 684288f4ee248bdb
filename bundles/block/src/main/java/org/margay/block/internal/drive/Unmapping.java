package org.margay.block.internal.drive;

/**
 * Whether the guest gives room back to the host.
 *
 * @param discard whether its discards reach the image, and room of the zeros that it writes may be given up
 */
public record Unmapping(boolean discard, DetectZeroes zeroes) {
    /** As long as nobody asks for it. */
    public static final Unmapping NONE = new Unmapping(false, DetectZeroes.OFF);
}
