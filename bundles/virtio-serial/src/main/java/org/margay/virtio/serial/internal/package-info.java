/** Consoles and ports of the virtio family. */
@NullMarked
package org.margay.virtio.serial.internal;

import org.jspecify.annotations.NullMarked;
