/** Networks of machines over TCP and UDP sockets. */
@NullMarked
package org.margay.netdev.socket.internal;

import org.jspecify.annotations.NullMarked;
