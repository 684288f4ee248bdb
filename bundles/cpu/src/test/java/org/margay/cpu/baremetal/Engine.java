package org.margay.cpu.baremetal;

/** How a guest is run. */
enum Engine {
    BLOCKS,
    /** In blocks, each translated before it runs for the first time. */
    TRANSLATED,
    /** The same, with regions that keep to an exact number of instructions. */
    TRANSLATED_AND_COUNTED,
    SINGLE_STEPS
}
