package org.margay.virtio;

/** Bits of the device status field (virtio 1.2, 2.1). */
final class DeviceStatus {
    static final int ACKNOWLEDGE = 1;
    static final int DRIVER = 2;
    static final int DRIVER_OK = 4;
    static final int FEATURES_OK = 8;
    static final int NEEDS_RESET = 64;

    private DeviceStatus() {}
}
