package org.margay.chardev.internal;

import org.margay.chardev.ByteStream;
import org.margay.chardev.StreamHandler;

/** A peer that has come; nothing is read from it before {@link #begin}. */
interface PeerStream extends ByteStream {
    /** Starts reading. Once. */
    void begin(StreamHandler handler);
}
