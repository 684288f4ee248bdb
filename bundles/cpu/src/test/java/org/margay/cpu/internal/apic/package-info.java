@NullMarked
package org.margay.cpu.internal.apic;

import org.jspecify.annotations.NullMarked;
