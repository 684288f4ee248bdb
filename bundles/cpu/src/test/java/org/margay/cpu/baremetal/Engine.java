package org.margay.cpu.baremetal;

/** How a guest is run. */
enum Engine {
    BLOCKS,
    SINGLE_STEPS
}
