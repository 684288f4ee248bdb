/** The host's side of guest memory. */
@NullMarked
package org.margay.memory.internal;

import org.jspecify.annotations.NullMarked;
