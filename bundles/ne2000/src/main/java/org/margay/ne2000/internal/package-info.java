/** Network card NE2000, on PCI (Realtek RTL8029) and on ISA. */
@NullMarked
package org.margay.ne2000.internal;

import org.jspecify.annotations.NullMarked;
