/** Ports of a VDE switch. */
@NullMarked
package org.margay.netdev.vde.internal;

import org.jspecify.annotations.NullMarked;
