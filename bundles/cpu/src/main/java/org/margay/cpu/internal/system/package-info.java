/**
 * System architecture of the processor: segmentation, privilege, tasks, interrupts, control and model-specific
 * registers.
 */
@NullMarked
package org.margay.cpu.internal.system;

import org.jspecify.annotations.NullMarked;
