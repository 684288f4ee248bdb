package org.margay.block.internal.command;

import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;

/** What commands on drives answer when they can't, in the protocol's usual words. */
final class DriveErrors {
    private DriveErrors() {}

    static QmpException inUse(String drive) {
        return new QmpException("Device '%s' is in use".formatted(drive));
    }

    static QmpException notRemovable(String drive) {
        return new QmpException("Device '%s' is not removable".formatted(drive));
    }

    static QmpException locked(String drive) {
        return new QmpException("Device '%s' is locked".formatted(drive));
    }

    static QmpException noMedium(String drive) {
        return new QmpException("Device '%s' has no medium".formatted(drive));
    }

    static QmpException readOnly(String drive) {
        return new QmpException("Device '%s' is read only".formatted(drive));
    }

    static QmpException encrypted(String drive) {
        return new QmpException(ErrorClass.DeviceEncrypted, "Device '%s' is encrypted".formatted(drive));
    }

    static QmpException notEncrypted(String drive) {
        return new QmpException("Device '%s' is not encrypted".formatted(drive));
    }

    static QmpException noJob(String drive) {
        return new QmpException(ErrorClass.DeviceNotActive, "Device '%s' has not been activated".formatted(drive));
    }

    static QmpException invalidFormat(String format) {
        return new QmpException("Invalid block format '%s'".formatted(format));
    }

    static QmpException notSupported() {
        return new QmpException("Not supported");
    }

    static QmpException unsupported() {
        return new QmpException("this feature or command is not currently supported");
    }
}
