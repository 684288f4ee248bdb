package org.margay.pci;

import org.margay.machine.Device;

/**
 * A device that is one function of a {@link PciBus}.
 *
 * @param <S> its saved state, of which {@link PciFunction.State} is a part
 */
public interface PciDevice<S extends Record> extends Device<S> {
    /** Its function on the bus. */
    PciFunction pci();
}
