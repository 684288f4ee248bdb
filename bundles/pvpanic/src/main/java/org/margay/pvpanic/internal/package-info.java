/** The port by which a guest tells that it panicked. */
@NullMarked
package org.margay.pvpanic.internal;

import org.jspecify.annotations.NullMarked;
