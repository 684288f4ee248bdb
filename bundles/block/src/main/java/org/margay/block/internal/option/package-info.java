/** Options that make drives. */
@NullMarked
package org.margay.block.internal.option;

import org.jspecify.annotations.NullMarked;
