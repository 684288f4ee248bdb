/** JSON stream, argument binding, dispatch. */
@NullMarked
package org.margay.qmp.internal;

import org.jspecify.annotations.NullMarked;
