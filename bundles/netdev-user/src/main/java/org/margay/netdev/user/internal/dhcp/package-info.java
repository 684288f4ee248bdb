/** Addresses and boot parameters for guests: DHCP and DHCPv6. */
@NullMarked
package org.margay.netdev.user.internal.dhcp;

import org.jspecify.annotations.NullMarked;
