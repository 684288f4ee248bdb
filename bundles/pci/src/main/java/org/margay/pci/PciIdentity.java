package org.margay.pci;

/**
 * What a function says it is.
 *
 * @param vendor 16-bit vendor id
 * @param device 16-bit device id
 * @param revision 8 bits
 * @param classCode 24 bits: class, subclass, programming interface
 * @param subsystemVendor 16 bits
 * @param subsystem 16 bits
 * @param interruptPin 0 none, 1 INTA# to 4 INTD#
 */
public record PciIdentity(
        int vendor, int device, int revision, int classCode, int subsystemVendor, int subsystem, int interruptPin) {
    /** Subsystem ids of devices that have none of their own: Red Hat's vendor id and QEMU's number for it. */
    public static final int DEFAULT_SUBSYSTEM_VENDOR = 0x1AF4;

    public static final int DEFAULT_SUBSYSTEM = 0x1100;

    public PciIdentity {
        if ((vendor | device | subsystemVendor | subsystem) >>> 16 != 0
                || revision >>> 8 != 0
                || classCode >>> 24 != 0
                || interruptPin < 0
                || interruptPin > 4) {
            throw new IllegalArgumentException("PCI identity out of range");
        }
    }

    /** With the usual subsystem ids. */
    public PciIdentity(int vendor, int device, int revision, int classCode, int interruptPin) {
        this(vendor, device, revision, classCode, DEFAULT_SUBSYSTEM_VENDOR, DEFAULT_SUBSYSTEM, interruptPin);
    }
}
