package org.margay.rtl8139.internal;

import org.margay.net.Frame;

/** Where the transmitters send, be it the network or the chip's own loopback. */
interface Wire {
    /**
     * Takes a frame.
     *
     * @return false when no more should come for now
     */
    boolean send(Frame frame);

    /** Whether there is a link. */
    boolean carrier();
}
