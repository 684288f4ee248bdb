/** A read-only TFTP server for guests that boot from the network. */
@NullMarked
package org.margay.netdev.user.internal.tftp;

import org.jspecify.annotations.NullMarked;
