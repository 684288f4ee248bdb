package org.margay.e1000.internal;

import org.margay.net.Frame;

/** What receiver and transmitter know of the rest of the card, and of what is behind it. */
interface Wire {
    /** Whether frames go and come: there is a link, or a way back to ourselves. */
    boolean up();

    /** Type of frames with a VLAN tag. */
    int vlanType();

    /** Whether tags are taken off frames received and put into frames sent. */
    boolean vlanMode();

    /** @return false when no more should be sent before {@link Transmitter#resume} */
    boolean send(Frame frame);

    /** Does something soon, unless the card goes before. */
    void later(Runnable work);

    /** There may be room for frames that wait. */
    void roomAgain();
}
