package org.margay.netdev.user.internal.ip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * Puts fragments together (RFC 791, 3.2; RFC 8200, 4.5). Datagrams with pieces that overlap are dropped whole, as RFC 5722 wants
 * for IPv6; a piece that comes twice is not one of them.
 */
final class Reassembler implements AutoCloseable {
    /** Datagrams in pieces at a time at most; the oldest goes. */
    private static final int DATAGRAMS = 16;

    /** Pieces of a datagram at most: enough for 64 KiB over the smallest links of IPv4. */
    private static final int PIECES = 256;

    private static final long TIMEOUT = 30 * Environment.SECOND;

    /** What pieces of a datagram have in common. */
    record Key(IpAddress source, IpAddress destination, int protocol, int id) {}

    private static final class Pieces {
        final long deadline;
        final TreeMap<Integer, byte[]> byOffset = new TreeMap<>();
        /** Bytes of all; -1 as long as the last piece is missing. */
        int total = -1;

        int present;
        boolean spoilt;

        Pieces(long deadline) {
            this.deadline = deadline;
        }
    }

    private final Clock clock;
    private final Timer timer;
    private final Map<Key, Pieces> datagrams = new LinkedHashMap<>();

    Reassembler(Clock clock) {
        this.clock = clock;
        timer = clock.timer(this::expire);
    }

    /**
     * Takes a piece.
     *
     * @param offset of the piece in the payload
     * @param more whether others are behind it
     * @return the whole payload, when this was the last piece that was missing
     */
    Optional<byte[]> add(Key key, int offset, boolean more, byte[] piece) {
        @Nullable Pieces pieces = datagrams.get(key);
        if (pieces == null) {
            pieces = begin(key);
        }
        put(pieces, offset, more, piece);
        if (pieces.spoilt || pieces.total != pieces.present) {
            return Optional.empty();
        }
        datagrams.remove(key);
        byte[] whole = new byte[pieces.total];
        pieces.byOffset.forEach((at, part) -> System.arraycopy(part, 0, whole, at, part.length));
        return Optional.of(whole);
    }

    private Pieces begin(Key key) {
        if (datagrams.size() == DATAGRAMS) {
            datagrams.remove(datagrams.keySet().iterator().next());
        }
        Pieces pieces = new Pieces(clock.nanos() + TIMEOUT);
        datagrams.put(key, pieces);
        if (!timer.armed()) {
            timer.arm(pieces.deadline);
        }
        return pieces;
    }

    private static void put(Pieces pieces, int offset, boolean more, byte[] piece) {
        int end = offset + piece.length;
        byte @Nullable [] same = pieces.byOffset.get(offset);
        if (same != null && same.length == piece.length) {
            return;
        }
        Map.@Nullable Entry<Integer, byte[]> before = pieces.byOffset.floorEntry(offset);
        @Nullable Integer after = pieces.byOffset.ceilingKey(offset);
        boolean overlaps = (before != null && before.getKey() + before.getValue().length > offset)
                || (after != null && after < end);
        boolean ends = !more;
        boolean wrong = (ends && pieces.total >= 0 && pieces.total != end)
                || (pieces.total >= 0 && end > pieces.total)
                || (ends
                        && !pieces.byOffset.isEmpty()
                        && pieces.byOffset.lastEntry().getKey() >= end)
                || piece.length == 0
                || end > 0xFFFF;
        if (overlaps || wrong || pieces.byOffset.size() == PIECES) {
            pieces.spoilt = true;
            pieces.byOffset.clear();
        }
        if (!pieces.spoilt) {
            pieces.byOffset.put(offset, piece);
            pieces.present += piece.length;
            if (ends) {
                pieces.total = end;
            }
        }
    }

    /** Datagrams are in the order of their deadlines. */
    private void expire() {
        datagrams.values().removeIf(pieces -> pieces.deadline <= clock.nanos());
        if (!datagrams.isEmpty()) {
            timer.arm(datagrams.values().iterator().next().deadline);
        }
    }

    /** Datagrams that lack pieces. */
    int size() {
        return datagrams.size();
    }

    @Override
    public void close() {
        timer.disarm();
        datagrams.clear();
    }
}
