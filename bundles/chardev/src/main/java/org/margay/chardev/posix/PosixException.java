package org.margay.chardev.posix;

import java.io.IOException;

/** A call of the host's kernel failed. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** @param what the call and what it was about, for the message */
    public PosixException(String what, int errno) {
        super(what + ": " + Libc.text(errno));
        this.errno = errno;
    }

    /** Why: {@link Libc#ENOENT} and the like. */
    public int errno() {
        return errno;
    }

    /** Why, as people read it. */
    public String reason() {
        return Libc.text(errno);
    }
}
