/** The i440FX chip set: host bridge, PIIX3 ISA bridge, PIIX4 power management. */
@NullMarked
package org.margay.pc.internal.piix;

import org.jspecify.annotations.NullMarked;
