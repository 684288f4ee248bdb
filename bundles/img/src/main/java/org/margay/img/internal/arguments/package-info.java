/** What users write. */
@NullMarked
package org.margay.img.internal.arguments;

import org.jspecify.annotations.NullMarked;
