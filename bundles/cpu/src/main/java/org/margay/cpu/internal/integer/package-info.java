/** Integer instructions: their table rows and their meaning. */
@NullMarked
package org.margay.cpu.internal.integer;

import org.jspecify.annotations.NullMarked;
