/** The x86-64 processor: state, decoding, execution. */
@NullMarked
package org.margay.cpu.internal;

import org.jspecify.annotations.NullMarked;
