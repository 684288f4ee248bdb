package org.margay.netdev.user.internal.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Segments that came before others that belong in front of them. Pieces are kept in order and do not overlap. */
final class EarlyData {
    /** Pieces at most; others are to be sent again. */
    private static final int PIECES = 256;

    record Piece(int seq, byte[] bytes) {
        int end() {
            return seq + bytes.length;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Keeps what is not there yet of some bytes. */
    void add(int seq, byte[] bytes, int offset, int length) {
        int at = seq;
        int end = seq + length;
        for (int i = 0; i <= pieces.size() && Seq.before(at, end); i++) {
            @Nullable Piece next = i < pieces.size() ? pieces.get(i) : null;
            int gapEnd = next == null || Seq.after(next.seq, end) ? end : next.seq;
            if (Seq.before(at, gapEnd) && pieces.size() < PIECES) {
                int from = offset + (at - seq);
                pieces.add(i, new Piece(at, Arrays.copyOfRange(bytes, from, from + (gapEnd - at))));
                i++;
            }
            if (next != null) {
                at = Seq.max(at, next.end());
            }
        }
    }

    /** Takes out the first piece when it reaches to or beyond a sequence number from it or from before it; else null. */
    @Nullable
    Piece take(int next) {
        while (!pieces.isEmpty() && !Seq.after(pieces.getFirst().seq, next)) {
            Piece first = pieces.removeFirst();
            if (Seq.after(first.end(), next)) {
                return first;
            }
        }
        return null;
    }
}
