package org.margay.http.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Header Content-Range of an answer 206: "bytes FIRST-LAST/LENGTH" (RFC 9110, section 14.4).
 *
 * @param first offset of the first byte
 * @param last offset of the last byte
 * @param length of the whole, or -1 when the server does not say
 */
record ContentRange(long first, long last, long length) {
    private static final Pattern SYNTAX =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

    /** Nothing when it makes no sense. */
    static Optional<ContentRange> parse(String header) {
        Matcher matcher = SYNTAX.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        long length = matcher.group(3).equals("*") ? -1 : Long.parseLong(matcher.group(3));
        return last < first || (length >= 0 && last >= length)
                ? Optional.empty()
                : Optional.of(new ContentRange(first, last, length));
    }
}
