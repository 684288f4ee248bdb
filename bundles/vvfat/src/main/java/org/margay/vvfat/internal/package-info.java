/**
 * A folder of the host as a FAT disk. The facts are from Microsoft's "FAT: General Overview of On-Disk Format" 1.03 ("the
 * specification").
 */
@NullMarked
package org.margay.vvfat.internal;

import org.jspecify.annotations.NullMarked;
