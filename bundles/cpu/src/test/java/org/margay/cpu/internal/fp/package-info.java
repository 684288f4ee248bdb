@NullMarked
package org.margay.cpu.internal.fp;

import org.jspecify.annotations.NullMarked;
