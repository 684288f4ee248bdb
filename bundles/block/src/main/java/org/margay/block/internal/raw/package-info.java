/** Raw images. */
@NullMarked
package org.margay.block.internal.raw;

import org.jspecify.annotations.NullMarked;
