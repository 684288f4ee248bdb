@NullMarked
package org.margay.http.internal;

import org.jspecify.annotations.NullMarked;
