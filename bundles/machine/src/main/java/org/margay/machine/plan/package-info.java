/** What the machine's own options put into the {@link org.margay.machine.MachinePlan}, for all parts to read. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.plan;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
