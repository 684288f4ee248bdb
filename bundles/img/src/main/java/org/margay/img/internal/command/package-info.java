/** One class for each command. */
@NullMarked
package org.margay.img.internal.command;

import org.jspecify.annotations.NullMarked;
