@NullMarked
package org.margay.nbd.internal;

import org.jspecify.annotations.NullMarked;
