/** Tests of decoding. */
@NullMarked
package org.margay.cpu.internal.decode;

import org.jspecify.annotations.NullMarked;
