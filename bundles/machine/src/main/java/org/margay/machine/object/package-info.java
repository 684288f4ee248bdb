/** The tree of all objects of a machine, as QMP's qom-* commands show it. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.object;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
