/** Saved state: records and their encoding. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.state;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
