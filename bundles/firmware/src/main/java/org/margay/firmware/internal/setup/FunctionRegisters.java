package org.margay.firmware.internal.setup;

import org.margay.pci.PciBus;

/**
 * Configuration registers of one function, reached by cycles from the root bus.
 *
 * @param bus its bus number
 * @param devfn its slot and function in one byte
 */
record FunctionRegisters(PciBus root, int bus, int devfn) {
    int read(int offset, int size) {
        return root.readConfig(bus, devfn, offset, size);
    }

    void write(int offset, int size, int value) {
        root.writeConfig(bus, devfn, offset, size, value);
    }
}
