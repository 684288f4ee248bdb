package org.margay.machine;

import org.margay.qmp.QmpException;

/** Has a say in whether the guest may go on. Under the machine lock. */
@FunctionalInterface
public interface ResumeCheck {
    /**
     * Says whether it may.
     *
     * @throws QmpException when the guest must not run yet, saying why
     */
    void check() throws QmpException;
}
