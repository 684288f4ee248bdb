package org.margay.eepro100.internal;

import org.margay.pci.PciFunction;

/**
 * The power management capability of the 82558 and later chips (8255x manual, section 4.1.18): power states, which do nothing but
 * reset the chip when it wakes.
 */
final class PowerManagement {
    private static final int CAPABILITY = 1;
    private static final int SIZE = 8;
    private static final int CAPABILITIES = 2;
    private static final int CONTROL = 4;

    /** D1, D2, wakes from all states; version 1 of the specification, and 2. */
    private static final int CAPABILITIES_82558 = 0x7E21;

    private static final int CAPABILITIES_82559 = 0xFE22;

    private static final int STATE = 3;
    private static final int WAKE_ENABLE = 1 << 8;
    private static final int DATA_SELECT = 0xF << 9;
    private static final int WAKE_STATUS = 1 << 15;

    private final PciFunction pci;
    private final int control;
    private int state;

    /** Declares the capability; before the function is plugged. */
    PowerManagement(PciFunction pci, Generation generation) {
        this.pci = pci;
        int offset = pci.addCapability(CAPABILITY, SIZE);
        pci.config()
                .set(
                        offset + CAPABILITIES,
                        2,
                        generation.atLeast(Generation.I82559) ? CAPABILITIES_82559 : CAPABILITIES_82558);
        control = offset + CONTROL;
        pci.config().writable(control, 2, STATE | WAKE_ENABLE | DATA_SELECT);
        pci.config().clearedByOne(control, 2, WAKE_STATUS);
    }

    /** Looks at the power state; gives whether it went from D3 to D0, which resets the chip. */
    boolean woken() {
        int before = state;
        state = pci.config().getWord(control) & STATE;
        return before == 3 && state == 0;
    }
}
