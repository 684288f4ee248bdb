package org.margay.machine.option;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.margay.machine.OptionException;

/** Numbers of bytes as people write them: "256", "1.5G", "0x1000", "64k". Suffixes are powers of 1024. */
public final class SizeText {
    public static final long BYTE = 1;
    public static final long MEBI = 1L << 20;

    private static final String SUFFIXES = "BKMGTPE";
    private static final Pattern DECIMAL = Pattern.compile("(\\d{1,20}(?:\\.\\d{1,20})?)([A-Z]?)");
    private static final Pattern HEXADECIMAL = Pattern.compile("0X([0-9A-F]{1,16})");

    private SizeText() {}

    /**
     * Reads a size.
     *
     * @param key what the size is called in the error
     * @param unit bytes that a number without suffix counts
     * @return bytes, from 0 to 2^63-1
     */
    public static long parse(String key, String text, long unit) throws OptionException {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        Matcher hexadecimal = HEXADECIMAL.matcher(upper);
        Matcher decimal = DECIMAL.matcher(upper);
        BigDecimal bytes;
        if (hexadecimal.matches()) {
            bytes = new BigDecimal(new BigInteger(hexadecimal.group(1), 16)).multiply(BigDecimal.valueOf(unit));
        } else if (decimal.matches() && (decimal.group(2).isEmpty() || SUFFIXES.contains(decimal.group(2)))) {
            String suffix = decimal.group(2);
            long scale = suffix.isEmpty() ? unit : 1L << (10 * SUFFIXES.indexOf(suffix));
            bytes = new BigDecimal(decimal.group(1)).multiply(BigDecimal.valueOf(scale));
        } else {
            throw new OptionException(
                    "Parameter '%s' expects a number of bytes with an optional suffix k, M, G, T, P or E, not '%s'"
                            .formatted(key, text));
        }
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new OptionException("Parameter '%s' expects less than 2^63 bytes, not '%s'".formatted(key, text));
        }
        return bytes.longValue();
    }
}
