/** Drives: how devices read and write disks, and what they are told of them. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.block.drive;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
