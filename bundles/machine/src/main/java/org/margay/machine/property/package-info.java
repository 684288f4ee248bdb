/** Properties of devices and backends: what users may say of them, as records say it. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.property;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
