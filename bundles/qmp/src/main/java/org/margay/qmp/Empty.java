package org.margay.qmp;

/** No arguments, or nothing to return: {@code {}} on the wire. */
public record Empty() {
    public static final Empty EMPTY = new Empty();
}
