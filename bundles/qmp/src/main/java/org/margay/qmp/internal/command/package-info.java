/** The commands of the protocol itself. */
@NullMarked
package org.margay.qmp.internal.command;

import org.jspecify.annotations.NullMarked;
