@NullMarked
package org.margay.cpu.internal.simd;

import org.jspecify.annotations.NullMarked;
