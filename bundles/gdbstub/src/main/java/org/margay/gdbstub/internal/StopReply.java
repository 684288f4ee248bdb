package org.margay.gdbstub.internal;

/** Packets that say that the guest has stopped (appendix E.3). */
final class StopReply {
    private StopReply() {}

    /** @param reason "watch:ADDRESS;" or empty */
    static String of(Signal signal, int thread, String reason) {
        return "T%02xthread:%x;%s".formatted(signal.number(), thread, reason);
    }
}
