/** The instruction table: one row per instruction form, from which everything about instructions derives. */
@NullMarked
package org.margay.cpu.internal.table;

import org.jspecify.annotations.NullMarked;
