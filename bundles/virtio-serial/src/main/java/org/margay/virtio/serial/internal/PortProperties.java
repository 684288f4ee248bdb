package org.margay.virtio.serial.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.PropertyType;

/**
 * Properties of every port.
 *
 * @param nr its number, or none for the first free one
 * @param name by which the guest finds it
 * @param chardev what it is connected to
 */
public record PortProperties(
        @PropertyType("uint32") @Nullable Long nr,
        @Nullable String name,
        @Nullable String chardev) {}
