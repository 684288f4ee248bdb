package org.margay.vmdk.internal;

import org.margay.machine.property.PropertyType;

/** How a disk is spread over files, as qemu-img and VMware name it. */
@PropertyType("str")
public enum Subformat {
    MONOLITHIC_SPARSE("monolithicSparse", false, false),
    MONOLITHIC_FLAT("monolithicFlat", true, false),
    TWO_GB_MAX_EXTENT_SPARSE("twoGbMaxExtentSparse", false, true),
    TWO_GB_MAX_EXTENT_FLAT("twoGbMaxExtentFlat", true, true),
    STREAM_OPTIMIZED("streamOptimized", false, false);

    private final String text;
    private final boolean flat;
    private final boolean split;

    Subformat(String text, boolean flat, boolean split) {
        this.text = text;
        this.flat = flat;
        this.split = split;
    }

    /** Whether all bytes are in the files from the beginning. */
    boolean flat() {
        return flat;
    }

    /** Whether no file is larger than two gigabytes. */
    boolean split() {
        return split;
    }

    @Override
    public String toString() {
        return text;
    }
}
