/** The PC's board put together. */
@NullMarked
package org.margay.pc.internal;

import org.jspecify.annotations.NullMarked;
