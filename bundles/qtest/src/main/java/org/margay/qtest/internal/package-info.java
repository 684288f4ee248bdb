/** The device test protocol: registers, memory, interrupts and time of a machine whose vCPUs never run. */
@NullMarked
package org.margay.qtest.internal;

import org.jspecify.annotations.NullMarked;
