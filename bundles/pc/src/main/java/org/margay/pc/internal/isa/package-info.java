/** ISA bus, DMA and small ports. */
@NullMarked
package org.margay.pc.internal.isa;

import org.jspecify.annotations.NullMarked;
