/** Measurements, which are no tests. */
@NullMarked
package org.margay.qcow2.bench;

import org.jspecify.annotations.NullMarked;
