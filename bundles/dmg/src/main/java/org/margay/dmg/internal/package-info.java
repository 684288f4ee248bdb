/** Disk images of macOS. */
@NullMarked
package org.margay.dmg.internal;

import org.jspecify.annotations.NullMarked;
