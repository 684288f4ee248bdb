/** Network card Intel 82540EM. */
@NullMarked
package org.margay.e1000.internal;

import org.jspecify.annotations.NullMarked;
