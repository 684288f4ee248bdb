package org.margay.net;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;

/**
 * Properties that every network card has: part of its driver's own record.
 *
 * @param mac its address, or none for the next free one from 52:54:00:12:34:56 on
 * @param vlan number of the hub that it is plugged into, or none
 * @param netdev id of the backend that it is plugged into, or none
 * @param bootindex its place among what a BIOS boots from; -1 for none
 */
public record NicProperties(
        @Nullable MacAddress mac,
        @Nullable Integer vlan,
        @Nullable String netdev,
        @Default("-1") int bootindex) {}
