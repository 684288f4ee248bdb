package org.margay.img.internal.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers of bytes for people: three digits and a unit, "1.07 MiB". */
public final class HumanSize {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);

    private HumanSize() {}

    /** As short as it gets; the number is not negative. */
    public static String of(long bytes) {
        int unit = 0;
        // The next unit begins at 1000 of the one before: 999 KiB, 0.977 MiB.
        while (unit < UNITS.length - 1 && bytes >= 1000 * Math.pow(1024, unit)) {
            unit++;
        }
        BigDecimal value = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1L << (10 * unit)));
        String digits = value.signum() == 0
                ? "0"
                : value.round(THREE_DIGITS).stripTrailingZeros().toPlainString();
        return digits + " " + UNITS[unit];
    }
}
