/** Tests of the interpreter. */
@NullMarked
package org.margay.cpu.internal.interp;

import org.jspecify.annotations.NullMarked;
