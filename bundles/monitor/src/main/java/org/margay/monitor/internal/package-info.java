@NullMarked
package org.margay.monitor.internal;

import org.jspecify.annotations.NullMarked;
