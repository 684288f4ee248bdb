/** Interrupt controllers and the wires to them. */
@NullMarked
package org.margay.pc.internal.interrupt;

import org.jspecify.annotations.NullMarked;
