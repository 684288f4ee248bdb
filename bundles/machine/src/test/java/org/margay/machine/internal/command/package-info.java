@NullMarked
package org.margay.machine.internal.command;

import org.jspecify.annotations.NullMarked;
