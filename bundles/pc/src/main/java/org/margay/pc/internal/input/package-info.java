/** Keyboard controller, keyboard and mouse. */
@NullMarked
package org.margay.pc.internal.input;

import org.jspecify.annotations.NullMarked;
