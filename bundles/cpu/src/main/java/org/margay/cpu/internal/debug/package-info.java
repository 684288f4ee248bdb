/** Where a processor stops for a debugger outside of the guest. */
@NullMarked
package org.margay.cpu.internal.debug;

import org.jspecify.annotations.NullMarked;
