package org.margay.blkdebug.internal;

/** A section of the configuration file: what to do on an event. */
sealed interface Rule {
    Event event();

    /** In which state it holds; 0: in any. */
    int state();

    /**
     * A request fails.
     *
     * @param errno of Linux
     * @param sector of 512 bytes that the request must touch; -1: any request
     * @param once whether the rule is over then
     */
    record InjectError(Event event, int state, int errno, long sector, boolean once) implements Rule {
        boolean touches(long offset, long length) {
            return sector < 0 || (sector >= offset / 512 && sector * 512 < offset + length);
        }
    }

    /** The state becomes another. */
    record SetState(Event event, int state, int newState) implements Rule {}
}
