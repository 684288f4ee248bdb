package org.margay.pci;

/** A PCI bus. */
public final class PciBus {}
