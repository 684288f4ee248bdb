/** Drives and what lies in them. */
@NullMarked
package org.margay.block.internal.drive;

import org.jspecify.annotations.NullMarked;
