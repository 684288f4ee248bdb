/** Networks: Ethernet frames, the wires between cards and backends, and what cards and backends are made of. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.net;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
