/** The interpreter over decoded blocks. */
@NullMarked
package org.margay.cpu.internal.interp;

import org.jspecify.annotations.NullMarked;
