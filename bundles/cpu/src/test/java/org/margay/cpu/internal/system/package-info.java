@NullMarked
package org.margay.cpu.internal.system;

import org.jspecify.annotations.NullMarked;
