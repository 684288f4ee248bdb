/** Kernels started without a BIOS. */
@NullMarked
package org.margay.firmware.internal.boot;

import org.jspecify.annotations.NullMarked;
