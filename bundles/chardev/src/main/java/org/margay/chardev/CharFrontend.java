package org.margay.chardev;

/** A device's side of a {@link Chardev}, such as a serial port. All calls come under the machine lock, none of them nested
 * in a call to the chardev except {@link #opened()} in attach. */
public interface CharFrontend {
    /**
     * Takes input.
     *
     * @return how many bytes were taken, 0 to length; the rest is offered again after {@link Chardev#acceptInput()}
     */
    int receive(byte[] data, int offset, int length);

    /** A peer has come. */
    default void opened() {}

    /** The peer has gone. */
    default void closed() {}

    /** The line was held in break state. */
    default void lineBreak() {}

    /** After a write that took too little: there is room again. */
    default void writable() {}
}
