/** The port by which a test guest ends the machine with an exit code. */
@NullMarked
package org.margay.debug.exit.internal;

import org.jspecify.annotations.NullMarked;
