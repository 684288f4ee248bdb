package org.margay.block.drive;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;

/**
 * Properties that all devices with a drive have: a group for their own records.
 *
 * @param drive id of the drive
 * @param logicalBlockSize bytes, a power of two from 512
 * @param physicalBlockSize bytes, a power of two from 512
 * @param minIoSize bytes; 0: not said
 * @param optIoSize bytes; 0: not said
 * @param discardGranularity bytes; 0: not said; 2^32 - 1: the device chooses
 * @param bootindex place in the order of booting; -1: none
 */
public record DriveProperties(
        @PropertyType("str") @Nullable String drive,

        @WireName("logical_block_size") @Default("512") @PropertyType("size")
        int logicalBlockSize,

        @WireName("physical_block_size") @Default("512") @PropertyType("size")
        int physicalBlockSize,

        @WireName("min_io_size") @Default("0") @PropertyType("size")
        int minIoSize,

        @WireName("opt_io_size") @Default("0") @PropertyType("size")
        int optIoSize,

        @WireName("discard_granularity") @Default("4294967295") @PropertyType("size")
        long discardGranularity,

        @Default("-1") @PropertyType("int32") int bootindex) {
    public DriveProperties {
        checkBlockSize("logical_block_size", logicalBlockSize);
        checkBlockSize("physical_block_size", physicalBlockSize);
        if (logicalBlockSize > physicalBlockSize) {
            throw new IllegalArgumentException("logical_block_size > physical_block_size not supported");
        }
    }

    private static void checkBlockSize(String name, int value) {
        if (value < 512 || value > 2 * 1024 * 1024 || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(
                    "parameter %s must be a power of 2 between 512 and 2097152".formatted(name));
        }
    }
}
