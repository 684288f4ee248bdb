/** Errors of disks on demand. */
@NullMarked
package org.margay.blkdebug.internal;

import org.jspecify.annotations.NullMarked;
