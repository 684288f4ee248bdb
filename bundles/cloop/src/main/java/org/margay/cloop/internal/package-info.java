/** Compressed loop images. */
@NullMarked
package org.margay.cloop.internal;

import org.jspecify.annotations.NullMarked;
