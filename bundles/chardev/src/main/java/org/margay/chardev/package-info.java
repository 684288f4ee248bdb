/** Byte streams between devices, monitors and the host. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.chardev;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
