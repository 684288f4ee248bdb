package org.margay.qmp;

/** The error classes a client can tell apart; all else is {@link #GenericError} and its text. Names as on the wire. */
public enum ErrorClass {
    GenericError,
    CommandNotFound,
    DeviceEncrypted,
    DeviceNotActive,
    DeviceNotFound,
    KVMMissingCap
}
