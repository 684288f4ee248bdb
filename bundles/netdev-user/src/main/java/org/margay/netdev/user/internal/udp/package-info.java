/** UDP: NAT by sockets of the host, and the router's own services. */
@NullMarked
package org.margay.netdev.user.internal.udp;

import org.jspecify.annotations.NullMarked;
