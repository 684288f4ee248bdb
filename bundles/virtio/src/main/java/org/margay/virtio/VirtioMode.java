package org.margay.virtio;

/** Which interfaces a device has (virtio 1.2, 4.1.2). */
public enum VirtioMode {
    /** Both: its PCI ids are the legacy ones. */
    TRANSITIONAL,
    /** Virtio 0.9.5 only. */
    LEGACY,
    /** Virtio 1 only. */
    MODERN;

    boolean legacy() {
        return this != MODERN;
    }

    boolean modern() {
        return this != LEGACY;
    }
}
