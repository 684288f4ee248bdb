/** Files of the host. */
@NullMarked
package org.margay.block.internal.file;

import org.jspecify.annotations.NullMarked;
