package org.margay.provision;

import org.jspecify.annotations.Nullable;

/** A bundle that the repository lists can't be used; the text is one line that says which and why. */
public final class ProvisionException extends Exception {
    private static final long serialVersionUID = 1;

    public ProvisionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
