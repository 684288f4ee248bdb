/** TAP interfaces of a Linux host, alone or on a bridge. */
@NullMarked
package org.margay.netdev.tap.internal;

import org.jspecify.annotations.NullMarked;
