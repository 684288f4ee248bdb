package org.margay.img.internal.command;

/** How many requests are worth having under way. */
final class Requests {
    private Requests() {}

    /** One more than processors: while one waits for the disk, the others copy. */
    static int most() {
        return Runtime.getRuntime().availableProcessors() + 1;
    }
}
