/** Paging and the way to memory. */
@NullMarked
package org.margay.cpu.internal.mmu;

import org.jspecify.annotations.NullMarked;
