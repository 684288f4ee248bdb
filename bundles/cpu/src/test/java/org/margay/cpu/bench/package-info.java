/** Measurements of the interpreter. */
@NullMarked
package org.margay.cpu.bench;

import org.jspecify.annotations.NullMarked;
