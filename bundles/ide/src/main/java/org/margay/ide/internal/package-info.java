/** The IDE controller of the PIIX3, and the disks and CD-ROM drives on its cables. */
@NullMarked
package org.margay.ide.internal;

import org.jspecify.annotations.NullMarked;
