/** The process around the framework. */
@NullMarked
package org.margay.launcher;

import org.jspecify.annotations.NullMarked;
