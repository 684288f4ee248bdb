@NullMarked
package org.margay.chardev.internal;

import org.jspecify.annotations.NullMarked;
