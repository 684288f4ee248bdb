package org.margay.netdev.user.internal.ip;

/** Why a datagram goes no further: type and code in ICMP (RFC 792, RFC 1812) and ICMPv6 (RFC 4443). */
public enum Problem {
    NETWORK_UNREACHABLE(3, 0, 1, 0),
    HOST_UNREACHABLE(3, 1, 1, 3),
    PROTOCOL_UNREACHABLE(3, 2, 4, 1),
    PORT_UNREACHABLE(3, 3, 1, 4),
    PROHIBITED(3, 13, 1, 1),
    HOPS_EXCEEDED(11, 0, 3, 0);

    final int type4;
    final int code4;
    final int type6;
    final int code6;

    Problem(int type4, int code4, int type6, int code6) {
        this.type4 = type4;
        this.code4 = code4;
        this.type6 = type6;
        this.code6 = code6;
    }
}
