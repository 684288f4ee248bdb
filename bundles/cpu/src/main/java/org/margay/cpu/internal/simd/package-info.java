/** MMX and SSE: packed integers and floating point under MXCSR. */
@NullMarked
package org.margay.cpu.internal.simd;

import org.jspecify.annotations.NullMarked;
