package org.margay.img.internal.arguments;

import java.util.OptionalLong;
import org.margay.machine.OptionException;
import org.margay.machine.option.SizeText;

/** Numbers of bytes on the command line. */
public final class Sizes {
    private Sizes() {}

    /**
     * A number of bytes with an optional suffix.
     *
     * @param what is named in the error, capitalised: "Invalid WHAT specified"
     */
    public static long parse(String what, String text) throws ToolException {
        OptionalLong bytes = parse(text);
        if (bytes.isPresent()) {
            return bytes.getAsLong();
        }
        if (tooLarge(text)) {
            throw new ToolException("Invalid %s specified. Must be between 0 and %d.".formatted(what, Long.MAX_VALUE));
        }
        throw new ToolException(
                "Invalid %s specified. You may use k, M, G, T, P or E suffixes for\nmargay-img: kilobytes, megabytes, gigabytes, terabytes, petabytes and exabytes."
                        .formatted(what));
    }

    /** A number of bytes, or nothing when it is none. */
    public static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(SizeText.parse("size", text, 1));
        } catch (OptionException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean tooLarge(String text) {
        return text.matches("\\d+(\\.\\d+)?[bBkKmMgGtTpPeE]?");
    }
}
