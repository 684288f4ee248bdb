@NullMarked
package org.margay.ftp.internal;

import org.jspecify.annotations.NullMarked;
