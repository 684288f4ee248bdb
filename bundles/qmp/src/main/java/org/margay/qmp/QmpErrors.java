package org.margay.qmp;

/** The protocol's usual errors, in their usual words. */
public final class QmpErrors {
    private QmpErrors() {}

    public static QmpException commandNotFound(String name) {
        return new QmpException(ErrorClass.CommandNotFound, "The command " + name + " has not been found");
    }

    public static QmpException deviceNotFound(String device) {
        return new QmpException(ErrorClass.DeviceNotFound, "Device '" + device + "' not found");
    }

    public static QmpException missingParameter(String name) {
        return new QmpException("Parameter '" + name + "' is missing");
    }

    public static QmpException invalidParameter(String name) {
        return new QmpException("Invalid parameter '" + name + "'");
    }

    /** @param expected "string", "int", "number", "bool", "object" or "array" */
    public static QmpException invalidParameterType(String name, String expected) {
        return new QmpException("Invalid parameter type for '" + name + "', expected: " + expected);
    }

    /** @param expected what would be right, such as "a CPU number" */
    public static QmpException invalidParameterValue(String name, String expected) {
        return new QmpException("Parameter '" + name + "' expects " + expected);
    }

    public static QmpException propertyNotFound(String device, String property) {
        return new QmpException("Property '" + device + "." + property + "' not found");
    }

    public static QmpException permissionDenied() {
        return new QmpException("Insufficient permission to perform this operation");
    }

    public static QmpException openFileFailed(String filename) {
        return new QmpException("Could not open '" + filename + "'");
    }

    public static QmpException ioError() {
        return new QmpException("An IO error has occurred");
    }

    public static QmpException undefined() {
        return new QmpException("An undefined error has occurred");
    }
}
