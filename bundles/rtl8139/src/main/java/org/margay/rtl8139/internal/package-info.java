/** Network card Realtek RTL8139C+. */
@NullMarked
package org.margay.rtl8139.internal;

import org.jspecify.annotations.NullMarked;
