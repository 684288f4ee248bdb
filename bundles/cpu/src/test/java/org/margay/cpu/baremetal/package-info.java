/**
 * Small guests without an operating system, one for each piece of the system architecture; what must come out is what
 * the manual (SDM, vol. 3) says. All run twice: block by block and instruction by instruction.
 */
@NullMarked
package org.margay.cpu.baremetal;

import org.jspecify.annotations.NullMarked;
