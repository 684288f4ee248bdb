/** The two ways of {@link org.margay.state.StateCodec}. */
@NullMarked
package org.margay.state.internal;

import org.jspecify.annotations.NullMarked;
