/** The local APIC (SDM vol. 3, chapter 11). */
@NullMarked
package org.margay.cpu.internal.apic;

import org.jspecify.annotations.NullMarked;
