/** What the user asks of the firmware. */
@NullMarked
package org.margay.firmware.internal.option;

import org.jspecify.annotations.NullMarked;
