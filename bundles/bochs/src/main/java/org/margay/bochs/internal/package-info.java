/** Growing disk images of Bochs. */
@NullMarked
package org.margay.bochs.internal;

import org.jspecify.annotations.NullMarked;
