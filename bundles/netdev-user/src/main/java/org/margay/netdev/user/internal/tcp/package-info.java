/** TCP towards the guest, joined to byte streams of the host. */
@NullMarked
package org.margay.netdev.user.internal.tcp;

import org.jspecify.annotations.NullMarked;
