package org.margay.machine;

import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;

/** A device can't be made or plugged; the text says which property or backend and why. */
public class DeviceException extends QmpException {
    private static final long serialVersionUID = 1;

    public DeviceException(String description) {
        super(description);
    }

    public DeviceException(ErrorClass errorClass, String description) {
        super(errorClass, description);
    }
}
