/** The power-on work of a BIOS, done on the stopped machine. */
@NullMarked
package org.margay.firmware.internal.setup;

import org.jspecify.annotations.NullMarked;
