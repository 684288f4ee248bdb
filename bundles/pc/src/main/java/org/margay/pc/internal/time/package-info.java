/** Clocks and timers of the board. */
@NullMarked
package org.margay.pc.internal.time;

import org.jspecify.annotations.NullMarked;
