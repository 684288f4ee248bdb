package org.margay.machine;

/** Something that devices plug into. Board bundles extend it with what their devices are wired to. */
public interface Bus {
    /** QEMU's name of it: "pci.0", "isa.0". */
    String name();

    /** QEMU's type of it: "PCI", "ISA", "System". */
    String type();

    /** Whether devices may come and go while the guest runs. */
    boolean hotpluggable();
}
