package org.margay.net.internal;

import org.margay.machine.plan.DeviceRequest;

/**
 * A card of -nic or -net nic: part of the board, as on a PC that is sold with one.
 *
 * @param request its driver and properties; the id, if any, is only what its end of the wire is called
 */
public record CardRequest(DeviceRequest request) {}
