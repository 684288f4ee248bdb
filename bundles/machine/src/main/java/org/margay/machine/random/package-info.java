/** Where the random numbers of devices come from. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.random;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
