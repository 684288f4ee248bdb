package org.margay.netdev.user.internal.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Domain names in the form of DNS messages (RFC 1035, 3.1), as search lists have them (RFC 3397, RFC 3646). */
public final class DomainNames {
    private static final int LABEL = 63;
    private static final int NAME = 253;

    private DomainNames() {}

    /** One behind the other, not compressed. */
    static byte[] encode(List<String> names) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            for (String label : name.split("\\.", -1)) {
                all.write(label.length());
                all.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
            all.write(0);
        }
        return all.toByteArray();
    }

    /** Whether it can be encoded. */
    public static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME
                && name.chars().allMatch(c -> c > ' ' && c < 0x7F)
                && List.of(name.split("\\.", -1)).stream()
                        .allMatch(label -> !label.isEmpty() && label.length() <= LABEL);
    }
}
