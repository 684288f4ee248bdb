package org.margay.virtio.blk.internal;

import org.margay.block.drive.DriveResult;

/** How a request ended: the byte at its end (virtio 1.2, 5.2.6). */
enum RequestStatus {
    OK(0),
    IO_ERROR(1),
    UNSUPPORTED(2);

    private final byte value;

    RequestStatus(int value) {
        this.value = (byte) value;
    }

    static RequestStatus of(DriveResult result) {
        return result.isError() ? IO_ERROR : OK;
    }

    byte value() {
        return value;
    }
}
