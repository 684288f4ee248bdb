/** The firmware configuration device. */
@NullMarked
package org.margay.pc.internal.fwcfg;

import org.jspecify.annotations.NullMarked;
