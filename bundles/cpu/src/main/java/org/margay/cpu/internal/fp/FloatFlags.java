package org.margay.cpu.internal.fp;

/**
 * Exception flags and rounding modes. The x87 status and control words and MXCSR share the order of the six flags (SDM
 * vol. 1, 8.1.3 and 10.2.3); masks are compared after moving MXCSR's down by seven.
 */
public final class FloatFlags {
    public static final int INVALID = 1, DENORMAL = 2, ZERO_DIVIDE = 4;
    public static final int OVERFLOW = 8, UNDERFLOW = 0x10, PRECISION = 0x20;
    public static final int ALL = 0x3F;

    /** Found before computing: if one of these is unmasked, the later three are not reported (SDM vol. 1, 4.9.2). */
    public static final int BEFORE_COMPUTATION = INVALID | DENORMAL | ZERO_DIVIDE;

    /** The x87's C1, which tells that the last rounding went away from zero. */
    public static final int ROUNDED_UP = 0x200;

    /** The x87's stack fault bit; it always comes with {@link #INVALID}. */
    public static final int STACK_FAULT = 0x40;

    public static final int NEAREST = 0, DOWN = 1, UP = 2, TOWARD_ZERO = 3;

    private FloatFlags() {}
}
