/** Entropy source of the virtio family. */
@NullMarked
package org.margay.virtio.rng.internal;

import org.jspecify.annotations.NullMarked;
