/** The host's side: sockets, processes, chardevs and files; all that blocks or needs a thread is here. */
@NullMarked
package org.margay.netdev.user.internal.host;

import org.jspecify.annotations.NullMarked;
