/** Disk images: nodes, formats, protocols, and how a file name becomes a chain of them. Knows no machine. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.block;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
