package org.margay.pc;

import org.margay.pci.PciBus;

/** What firmware needs to know of the board: published on the machine when the board is built. */
public interface PcBoard {
    /** Bytes of RAM from address 0. */
    long lowRamSize();

    /** Bytes of RAM from 4 GiB on. */
    long highRamSize();

    /** The root bus, "pci.0". */
    PciBus pciBus();

    FwCfg fwCfg();
}
