package org.margay.chardev;

/** Is told of the peers of a {@link Chardev#serve served} chardev. */
@FunctionalInterface
public interface StreamAcceptor {
    /**
     * A peer has come. Any thread, several at once; may write to the stream at once.
     *
     * @return who takes what the peer sends
     */
    StreamHandler accept(ByteStream stream);
}
