package org.margay.netdev.user.internal.ip;

import org.margay.net.Offload;

/** One version of IP, towards the guest. */
interface IpLayer {
    /** Bytes that a frame has in front of the transport's header. */
    int headroom();

    /** Completes the headers of a frame, cuts it when it is too long, and sends it. */
    void send(IpAddress source, IpAddress destination, int protocol, byte[] frame, Offload offload);

    /** Tells the sender of a datagram why it goes no further. */
    void refuse(Datagram datagram, Problem problem);
}
