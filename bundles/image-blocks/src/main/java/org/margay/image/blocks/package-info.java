/** What image formats that map blocks of one size through a table have in common. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.image.blocks;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
