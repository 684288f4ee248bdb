/** Ethernet, ARP, IPv4, IPv6 and ICMP, seen from the router of the virtual network. */
@NullMarked
package org.margay.netdev.user.internal.ip;

import org.jspecify.annotations.NullMarked;
