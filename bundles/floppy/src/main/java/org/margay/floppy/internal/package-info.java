/** The floppy disk controller and its drives. */
@NullMarked
package org.margay.floppy.internal;

import org.jspecify.annotations.NullMarked;
