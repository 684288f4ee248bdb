/** Moves and compares data. */
@NullMarked
package org.margay.img.internal.copy;

import org.jspecify.annotations.NullMarked;
