/** Disk images of Virtual PC and Hyper-V. */
@NullMarked
package org.margay.vpc.internal;

import org.jspecify.annotations.NullMarked;
