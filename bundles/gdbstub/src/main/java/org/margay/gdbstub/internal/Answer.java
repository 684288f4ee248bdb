package org.margay.gdbstub.internal;

/** What comes of a packet. */
sealed interface Answer {
    /** At once; empty: not known here. */
    record Text(String text) implements Answer {}

    /** The guest runs; the answer comes when it stops. */
    record Goes() implements Answer {}

    /** gdb leaves the guest alone. */
    record Detached() implements Answer {}

    /** gdb wants the machine to end. */
    record Killed() implements Answer {}

    Answer OK = new Text("OK");
    Answer UNKNOWN = new Text("");
    /** EINVAL. */
    Answer INVALID = new Text("E16");
    /** EFAULT. */
    Answer NOT_MAPPED = new Text("E0e");
}
