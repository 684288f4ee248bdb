/** vCPUs as the machine drives them: threads, pins, options. */
@NullMarked
package org.margay.cpu.internal.engine;

import org.jspecify.annotations.NullMarked;
