package org.margay.qcow2.internal;

import org.margay.block.ImageException;

/** Metadata of an open image is damaged: nothing may be written any more, lest it gets worse. */
final class DamagedException extends ImageException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
        super(message);
    }
}
