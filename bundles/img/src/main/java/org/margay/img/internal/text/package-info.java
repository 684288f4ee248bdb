/** What users read. */
@NullMarked
package org.margay.img.internal.text;

import org.jspecify.annotations.NullMarked;
