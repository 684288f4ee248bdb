package org.margay.netdev.user.internal.dns;

import java.util.Arrays;
import java.util.Optional;
import org.margay.netdev.user.internal.ip.Bytes;

/** The answer SERVFAIL to a DNS query (RFC 1035, 4.1.1). */
public final class ServerFailure {
    private static final int HEADER = 12;
    private static final int FLAGS = 2;
    private static final int COUNTS = 4;

    private static final int RESPONSE = 0x8000;
    /** Opcode and recursion desired, as the query has them. */
    private static final int KEPT = 0x7900;

    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int CODE = 2;

    private ServerFailure() {}

    /** Answers a query with nothing but its header; empty when it is none. */
    public static Optional<byte[]> answer(byte[] bytes, int offset, int length) {
        if (length < HEADER || (Bytes.u16(bytes, offset + FLAGS) & RESPONSE) != 0) {
            return Optional.empty();
        }
        byte[] answer = Arrays.copyOfRange(bytes, offset, offset + HEADER);
        int kept = Bytes.u16(answer, FLAGS) & KEPT;
        Bytes.put16(answer, FLAGS, kept | RESPONSE | RECURSION_AVAILABLE | CODE);
        Bytes.put64(answer, COUNTS, 0);
        return Optional.of(answer);
    }
}
