/** Network card of the virtio family. */
@NullMarked
package org.margay.virtio.net.internal;

import org.jspecify.annotations.NullMarked;
