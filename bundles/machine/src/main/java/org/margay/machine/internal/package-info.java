@NullMarked
package org.margay.machine.internal;

import org.jspecify.annotations.NullMarked;
