@NullMarked
package org.margay.img;

import org.jspecify.annotations.NullMarked;
