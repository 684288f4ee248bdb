/** Images on web servers, read by ranges (RFC 9110, section 14). */
@NullMarked
package org.margay.http.internal;

import org.jspecify.annotations.NullMarked;
