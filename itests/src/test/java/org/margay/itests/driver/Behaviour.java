package org.margay.itests.driver;

/** What a driver's bundle does wrong. */
public enum Behaviour {
    GOOD,
    THROWS_IN_START,
    HANGS_IN_START,
    THROWS_IN_CREATE,
    THROWS_IN_READ,
    THROWS_IN_SAVE,
    THROWS_IN_RESET,
    REFUSES_STATE;

    void start() throws InterruptedException {
        if (this == THROWS_IN_START) {
            throw new IllegalStateException("a driver's mistake in start");
        }
        if (this == HANGS_IN_START) {
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    void in(Behaviour place) {
        if (this == place) {
            throw new IllegalStateException("a driver's mistake: " + this);
        }
    }
}
