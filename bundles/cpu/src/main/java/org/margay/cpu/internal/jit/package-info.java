/** The translator: hot guest code becomes JVM bytecode in hidden classes, which HotSpot compiles. */
@NullMarked
package org.margay.cpu.internal.jit;

import org.jspecify.annotations.NullMarked;
