package org.margay.cpu.baremetal;

/** How a guest is run. */
enum Engine {
    BLOCKS,
    /** In blocks, each translated before it runs for the first time. */
    TRANSLATED,
    SINGLE_STEPS
}
