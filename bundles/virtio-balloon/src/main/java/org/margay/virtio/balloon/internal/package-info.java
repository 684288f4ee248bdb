/** Memory balloon of the virtio family. */
@NullMarked
package org.margay.virtio.balloon.internal;

import org.jspecify.annotations.NullMarked;
