package org.margay.block.drive;

/** The device of a {@link Drive}. Under the machine lock. */
public interface DriveUser {
    /** For errors: the driver's name, such as "ide-hd". */
    String driver();

    /** The device's id or path in the object tree, for query-block's "qdev". */
    String path();

    /** Whether media can be changed. */
    default boolean removable() {
        return false;
    }

    /** Whether the tray is open, for those that have one. */
    default boolean trayOpen() {
        return false;
    }

    /** Whether the guest has locked the tray. */
    default boolean locked() {
        return false;
    }

    /** Whether it takes part in rerror, werror and io-status. */
    default boolean stopsOnErrors() {
        return true;
    }

    /**
     * The user changes the medium: it was taken out, or put in. The device opens its tray, or closes it, by this; the drive sends
     * DEVICE_TRAY_MOVED.
     */
    default void mediumChanged(boolean present) {}

    /**
     * The user pressed the button, or wants the medium out: the guest is told, if there is a way.
     *
     * @param force the medium goes whatever the guest says
     */
    default void ejectRequested(boolean force) {}

    /** {@link Drive#length} has changed. */
    default void resized() {}
}
