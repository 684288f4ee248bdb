/** A guest for tests: a small TCP/IP of its own, which shares no code with the router that it talks to. */
@NullMarked
package org.margay.netdev.user.internal.guest;

import org.jspecify.annotations.NullMarked;
