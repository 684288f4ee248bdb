package org.margay.pci.bridge.internal;

import org.margay.pci.ConfigSpace;
import org.margay.pci.PciBridge;
import org.margay.pci.PciFunction;

/**
 * What makes a bridge a port of PCI Express (PCI Express Base Specification 3.0, section 7.8 "PCI Express Capability Structure"): a link
 * of one lane at 2.5 GT/s, and a slot where cards can be put. As a device on a conventional bus it has no extended configuration
 * space, and the slot leaves hot-plug to ACPI.
 */
enum ExpressPort {
    ROOT(4, true),
    UPSTREAM(5, false),
    DOWNSTREAM(6, true);

    private static final int CAPABILITY = 0x10;
    private static final int SIZE = 0x3C;
    private static final int VERSION = 2;
    private static final int SUBSYSTEM = 0x0D;

    private static final int CAPABILITIES = 0x02;
    private static final int DEVICE_CAPABILITIES = 0x04;
    private static final int DEVICE_CONTROL = 0x08;
    private static final int DEVICE_STATUS = 0x0A;
    private static final int LINK_CAPABILITIES = 0x0C;
    private static final int LINK_CONTROL = 0x10;
    private static final int LINK_STATUS = 0x12;
    private static final int SLOT_CAPABILITIES = 0x14;
    private static final int SLOT_STATUS = 0x1A;
    private static final int ROOT_CONTROL = 0x1C;
    private static final int LINK_CAPABILITIES_2 = 0x2C;
    private static final int LINK_CONTROL_2 = 0x30;

    private static final int SLOT_IMPLEMENTED = 1 << 8;
    private static final int ROLE_BASED_ERRORS = 1 << 15;
    private static final int ERROR_BITS = 0x0F;
    private static final int SPEED_2500 = 1;
    private static final int ONE_LANE = 1 << 4;
    private static final int ASPM_L0S = 1 << 10;
    /** ASPM control, common clock, extended synch. */
    private static final int LINK_CONTROL_BITS = 0x00C3;

    private static final int PRESENCE = 1 << 6;
    private static final int ROOT_CONTROL_BITS = 0x0F;

    private final int type;
    private final boolean slot;

    ExpressPort(int type, boolean slot) {
        this.type = type;
        this.slot = slot;
    }

    /** Slots of the bus behind it: a link leads to one device, the inside of a switch to all its downstream ports. */
    int slots() {
        return slot ? 1 : 32;
    }

    /**
     * Gives a bridge the capability, before it is plugged.
     *
     * @param port number of the port
     * @param physicalSlot number of the slot, where there is one
     */
    void addTo(PciBridge bridge, int port, int physicalSlot) {
        PciFunction pci = bridge.pci();
        ConfigSpace config = pci.config();
        int at = pci.addCapability(CAPABILITY, SIZE);
        config.set(at + CAPABILITIES, 2, VERSION | type << 4 | (slot ? SLOT_IMPLEMENTED : 0));
        config.set(at + DEVICE_CAPABILITIES, 4, ROLE_BASED_ERRORS);
        config.writable(at + DEVICE_CONTROL, 2, ERROR_BITS);
        config.clearedByOne(at + DEVICE_STATUS, 2, ERROR_BITS);
        config.set(at + LINK_CAPABILITIES, 4, SPEED_2500 | ONE_LANE | ASPM_L0S | port << 24);
        config.writable(at + LINK_CONTROL, 2, LINK_CONTROL_BITS);
        config.set(at + LINK_STATUS, 2, SPEED_2500 | ONE_LANE);
        config.set(at + LINK_CAPABILITIES_2, 4, 1 << SPEED_2500);
        config.set(at + LINK_CONTROL_2, 2, SPEED_2500);
        if (slot) {
            config.set(at + SLOT_CAPABILITIES, 4, physicalSlot << 19);
            config.driven(at + SLOT_STATUS, 2, PRESENCE);
            pci.onConfigRead((_, _) ->
                    config.drive(at + SLOT_STATUS, PRESENCE, bridge.secondary().occupied(0)));
        }
        if (this == ROOT) {
            config.writable(at + ROOT_CONTROL, 2, ROOT_CONTROL_BITS);
        }
    }

    /** Bridges tell by a capability of their own which subsystem they are (PCI-to-PCI Bridge Architecture 1.2, section 3.2.5.13). */
    static void addSubsystem(PciFunction pci, int vendor) {
        int at = pci.addCapability(SUBSYSTEM, 8);
        pci.config().set(at + 4, 2, vendor);
    }
}
