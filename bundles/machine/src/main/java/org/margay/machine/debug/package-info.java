/** What debuggers may do with a vCPU. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.debug;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
