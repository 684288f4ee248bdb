/** QMP commands on the machine's run state. */
@NullMarked
package org.margay.machine.internal.command;

import org.jspecify.annotations.NullMarked;
