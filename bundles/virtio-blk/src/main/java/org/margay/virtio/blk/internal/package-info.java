/** Disk of the virtio family. */
@NullMarked
package org.margay.virtio.blk.internal;

import org.jspecify.annotations.NullMarked;
