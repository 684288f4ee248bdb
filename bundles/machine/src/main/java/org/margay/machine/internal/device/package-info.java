/** Devices that users plug: their drivers, how they are made, how they come and go while the guest runs. */
@NullMarked
package org.margay.machine.internal.device;

import org.jspecify.annotations.NullMarked;
