package org.margay.chardev;

import java.nio.ByteBuffer;

/** Takes what one peer sends. Calls come on an I/O thread, one at a time. */
public interface StreamHandler {
    /** Takes all bytes; the buffer is the caller's afterwards. */
    void received(ByteBuffer bytes);

    /** All that was written has left. Any thread. */
    default void drained() {}

    /** The line was held in break state. */
    default void lineBreak() {}

    /** The peer has gone; the last call. */
    void closed();
}
