package org.margay.ide.internal;

import org.margay.pci.DmaMapping;

/**
 * Guest memory for a piece of a transfer.
 *
 * @param memory where it is
 * @param bytes its size
 * @param end where the bus master is in its table behind it
 */
record DmaWindow(DmaMapping memory, int bytes, BusMaster.Position end) {}
