/** Drivers' bundles that are exchanged or taken away under a running guest. */
@NullMarked
package org.margay.machine.internal.update;

import org.jspecify.annotations.NullMarked;
