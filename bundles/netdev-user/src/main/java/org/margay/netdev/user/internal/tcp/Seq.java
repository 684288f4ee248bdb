package org.margay.netdev.user.internal.tcp;

/** Sequence numbers, which wrap (RFC 9293, 3.4): comparisons hold for numbers less than 2^31 apart. */
final class Seq {
    private Seq() {}

    static boolean before(int a, int b) {
        return a - b < 0;
    }

    static boolean after(int a, int b) {
        return a - b > 0;
    }

    static int max(int a, int b) {
        return before(a, b) ? b : a;
    }
}
