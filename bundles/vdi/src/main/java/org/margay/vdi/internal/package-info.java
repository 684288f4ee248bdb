/** Disk images of VirtualBox. */
@NullMarked
package org.margay.vdi.internal;

import org.jspecify.annotations.NullMarked;
