/** Registers by which a guest tells that its system panicked. */
@NullMarked
package org.margay.pvpanic.internal;

import org.jspecify.annotations.NullMarked;
