package org.margay.netdev.user.internal.tftp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A read request (RFC 1350, 5) with options (RFC 2347).
 *
 * @param mode in lower case
 * @param options by name in lower case
 */
record TftpRequest(String file, String mode, Map<String, String> options) {
    /** Options that are looked at. */
    private static final int OPTIONS = 16;

    /** Reads what follows the opcode: texts that end with a zero; null when they do not. */
    static @Nullable TftpRequest read(byte[] bytes, int from) {
        List<String> texts = new ArrayList<>();
        int begin = from;
        for (int at = from; at < bytes.length && texts.size() < 2 + 2 * OPTIONS; at++) {
            if (bytes[at] == 0) {
                texts.add(new String(bytes, begin, at - begin, StandardCharsets.UTF_8));
                begin = at + 1;
            }
        }
        if (texts.size() < 2) {
            return null;
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 2; i + 1 < texts.size(); i += 2) {
            options.putIfAbsent(texts.get(i).toLowerCase(Locale.ROOT), texts.get(i + 1));
        }
        return new TftpRequest(texts.get(0), texts.get(1).toLowerCase(Locale.ROOT), options);
    }
}
