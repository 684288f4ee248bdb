package org.margay.machine.plan;

/**
 * A device that belongs to the board but comes from a driver, such as a serial port: boards put it into the plan when they are
 * built. It is made before those of -device and has no id.
 *
 * @param request its driver and properties
 */
public record BoardDevice(DeviceRequest request) {}
