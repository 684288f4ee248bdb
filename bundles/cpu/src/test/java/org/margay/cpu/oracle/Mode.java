package org.margay.cpu.oracle;

/** The kind of code segment a snippet runs in, always at privilege level 3 with paging. */
public enum Mode {
    /** 64-bit mode. */
    BITS64,
    /** 32-bit protected mode with flat segments of 4 GiB. */
    BITS32,
    /**
     * 16-bit protected mode: CS is the code area, and DS, ES and SS the scratch area, so that addresses are offsets
     * into them; SS has a 16-bit stack pointer.
     */
    BITS16
}
