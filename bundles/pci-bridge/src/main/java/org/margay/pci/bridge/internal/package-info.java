/** A PCI-to-PCI bridge to plug. */
@NullMarked
package org.margay.pci.bridge.internal;

import org.jspecify.annotations.NullMarked;
