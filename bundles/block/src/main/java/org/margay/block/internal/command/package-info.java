/** QMP commands of drives. */
@NullMarked
package org.margay.block.internal.command;

import org.jspecify.annotations.NullMarked;
