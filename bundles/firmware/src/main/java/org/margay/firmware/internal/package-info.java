@NullMarked
package org.margay.firmware.internal;

import org.jspecify.annotations.NullMarked;
