/** Objects that users make by name. */
@NullMarked
package org.margay.machine.internal.object;

import org.jspecify.annotations.NullMarked;
