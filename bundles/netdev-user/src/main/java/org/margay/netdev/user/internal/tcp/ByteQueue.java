package org.margay.netdev.user.internal.tcp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes that the host has not taken yet, copied together in pieces. */
final class ByteQueue {
    private static final int PIECE = 16 << 10;

    /** Takes bytes, or some of them. */
    @FunctionalInterface
    interface Sink {
        int write(byte[] bytes, int offset, int length) throws IOException;
    }

    private static final class Piece {
        final byte[] bytes;
        int from;
        int to;

        Piece(int size) {
            bytes = new byte[size];
        }
    }

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private int size;

    int size() {
        return size;
    }

    void add(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            Piece last = pieces.peekLast();
            if (last == null || last.to == last.bytes.length) {
                last = new Piece(Math.max(left, PIECE));
                pieces.add(last);
            }
            int fits = Math.min(left, last.bytes.length - last.to);
            System.arraycopy(bytes, at, last.bytes, last.to, fits);
            last.to += fits;
            at += fits;
            left -= fits;
        }
        size += length;
    }

    /** Gives away what the sink takes. */
    void drain(Sink sink) throws IOException {
        while (!pieces.isEmpty()) {
            Piece first = pieces.getFirst();
            int taken = sink.write(first.bytes, first.from, first.to - first.from);
            first.from += taken;
            size -= taken;
            if (first.from < first.to) {
                return;
            }
            pieces.removeFirst();
        }
    }
}
