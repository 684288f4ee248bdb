/** Disk images of Parallels. */
@NullMarked
package org.margay.parallels.internal;

import org.jspecify.annotations.NullMarked;
