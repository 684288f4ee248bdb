/** The backends for random numbers that -object makes. */
@NullMarked
package org.margay.machine.internal.random;

import org.jspecify.annotations.NullMarked;
