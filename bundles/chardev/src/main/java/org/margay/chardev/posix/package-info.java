/** The host's descriptors, for what Java has no channels for: devices, terminals, datagram sockets of the UNIX domain. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.chardev.posix;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
