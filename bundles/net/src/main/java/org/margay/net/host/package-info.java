/** Frames to and from the host, over a descriptor: for backends that have no channel of Java's. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.net.host;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
