/** A PCI or ISA bus to put one card on, and the contract of network cards. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.testkit.cards;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
