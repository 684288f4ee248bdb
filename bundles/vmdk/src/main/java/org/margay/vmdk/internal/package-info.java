/** Disk images of VMware. The facts are from VMware's "Virtual Disk Format 5.0". */
@NullMarked
package org.margay.vmdk.internal;

import org.jspecify.annotations.NullMarked;
