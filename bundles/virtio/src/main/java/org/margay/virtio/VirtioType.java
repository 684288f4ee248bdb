package org.margay.virtio;

/**
 * A type of virtio device, and how it shows on PCI (virtio 1.2, chapter 5 and 4.1.2.1).
 *
 * @param id device id, 1 to 63
 * @param legacyId PCI device id of a transitional device, or 0 when there is no legacy interface
 * @param classCode 24 bits: class, subclass, programming interface
 */
public record VirtioType(int id, int legacyId, int classCode) {
    public VirtioType {
        if (id < 1 || id > 63 || legacyId != 0 && (legacyId < 0x1000 || legacyId > 0x103F)) {
            throw new IllegalArgumentException("virtio type %d, PCI id %#x".formatted(id, legacyId));
        }
    }

    /** The same with another class. */
    public VirtioType withClass(int otherClassCode) {
        return new VirtioType(id, legacyId, otherClassCode);
    }
}
