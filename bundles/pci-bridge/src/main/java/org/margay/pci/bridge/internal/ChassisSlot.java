package org.margay.pci.bridge.internal;

/**
 * A slot as it is labelled on the outside; no two ports have the same.
 *
 * @param chassis number of the chassis
 * @param slot number in the chassis
 */
record ChassisSlot(int chassis, int slot) {}
