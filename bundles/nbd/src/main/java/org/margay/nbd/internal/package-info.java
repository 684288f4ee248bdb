/** Client of the NBD protocol, as doc/proto.md of the NBD project describes it. */
@NullMarked
package org.margay.nbd.internal;

import org.jspecify.annotations.NullMarked;
