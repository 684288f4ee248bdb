/** Copy-on-write images of the first QEMU. */
@NullMarked
package org.margay.cow.internal;

import org.jspecify.annotations.NullMarked;
