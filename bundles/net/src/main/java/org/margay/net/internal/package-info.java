/** The options and commands of networks, hubs, and what is dumped of a wire. */
@NullMarked
package org.margay.net.internal;

import org.jspecify.annotations.NullMarked;
