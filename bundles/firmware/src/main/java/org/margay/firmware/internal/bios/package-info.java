/** BIOS images and what they are told through fw_cfg. */
@NullMarked
package org.margay.firmware.internal.bios;

import org.jspecify.annotations.NullMarked;
