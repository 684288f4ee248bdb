/** The machine's own command-line options, one class each, or one file for those of a kind. */
@NullMarked
package org.margay.machine.internal.option;

import org.jspecify.annotations.NullMarked;
