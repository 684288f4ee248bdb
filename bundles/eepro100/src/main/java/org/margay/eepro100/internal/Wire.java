package org.margay.eepro100.internal;

import org.margay.net.Frame;

/** What is behind the units of the chip. */
interface Wire {
    /** Whether frames go and come: there is a link, or a way back to ourselves. */
    boolean up();

    /** @return false when no more should be sent before {@link CommandUnit#resumeWork} */
    boolean send(Frame frame);

    /** Does something soon, unless the card goes before. */
    void later(Runnable work);

    /** There may be room for frames that wait. */
    void roomAgain();
}
