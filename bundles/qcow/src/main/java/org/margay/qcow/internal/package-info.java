/** The image format qcow, version 1, which qcow2 has replaced. */
@NullMarked
package org.margay.qcow.internal;

import org.jspecify.annotations.NullMarked;
