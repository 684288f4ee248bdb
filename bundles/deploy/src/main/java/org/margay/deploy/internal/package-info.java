/** Drivers that are dropped into the deploy folder. */
@NullMarked
package org.margay.deploy.internal;

import org.jspecify.annotations.NullMarked;
