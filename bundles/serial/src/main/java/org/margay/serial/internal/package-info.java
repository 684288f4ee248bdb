/** Serial ports and the debug console of the ISA bus. */
@NullMarked
package org.margay.serial.internal;

import org.jspecify.annotations.NullMarked;
