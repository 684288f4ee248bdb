/** Bridges to plug: from PCI to PCI, and ports of PCI Express. */
@NullMarked
package org.margay.pci.bridge.internal;

import org.jspecify.annotations.NullMarked;
