/** Virtio: what device models are made of, virtqueues, and the transport over PCI, legacy and modern. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.virtio;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
