/** Answers for guests that ask for names when there is no name server. */
@NullMarked
package org.margay.netdev.user.internal.dns;

import org.jspecify.annotations.NullMarked;
