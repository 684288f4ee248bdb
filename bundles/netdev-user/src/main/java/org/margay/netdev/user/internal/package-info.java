/** User-mode network: a NAT stack on the host's sockets, without privileges. */
@NullMarked
package org.margay.netdev.user.internal;

import org.jspecify.annotations.NullMarked;
