/** From bytes to decoded instructions. */
@NullMarked
package org.margay.cpu.internal.decode;

import org.jspecify.annotations.NullMarked;
