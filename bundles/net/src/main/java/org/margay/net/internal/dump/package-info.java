/** What passes a wire, written to files. */
@NullMarked
package org.margay.net.internal.dump;

import org.jspecify.annotations.NullMarked;
