/** Floating point of the guest, bit for bit: exact arithmetic, the x87 format and its instructions. */
@NullMarked
package org.margay.cpu.internal.fp;

import org.jspecify.annotations.NullMarked;
