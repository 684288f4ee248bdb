/** Tests of paging. */
@NullMarked
package org.margay.cpu.internal.mmu;

import org.jspecify.annotations.NullMarked;
