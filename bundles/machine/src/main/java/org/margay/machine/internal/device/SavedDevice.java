package org.margay.machine.internal.device;

/**
 * A device without its class: what can be made anew by another version of its driver.
 *
 * @param identity with all properties that put it where it was
 * @param driver name of the driver
 * @param bus name of the bus
 * @param state encoded by {@link org.margay.state.StateCodec}
 */
record SavedDevice(DeviceIdentity identity, String driver, String bus, byte[] state) {}
