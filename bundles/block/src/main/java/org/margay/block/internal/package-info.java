/** What is behind the block API. */
@NullMarked
package org.margay.block.internal;

import org.jspecify.annotations.NullMarked;
