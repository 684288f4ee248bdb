package org.margay.virtio.serial.internal;

/** What control messages say (virtio 1.2, 5.3.6.2). */
final class ControlEvent {
    /** By the driver: it is ready (1), or is not going to be. */
    static final int DEVICE_READY = 0;

    /** By the device: there is a port. */
    static final int DEVICE_ADD = 1;

    /** By the device: a port goes. */
    static final int DEVICE_REMOVE = 2;

    /** By the driver: it has set a port up (1), or could not. */
    static final int PORT_READY = 3;

    /** By the device: the port is a console. */
    static final int CONSOLE_PORT = 4;

    /** By the device: the size of the console. */
    static final int RESIZE = 5;

    /** By both: their side of the port is open (1) or not. */
    static final int PORT_OPEN = 6;

    /** By the device: the port's name. */
    static final int PORT_NAME = 7;

    private ControlEvent() {}
}
