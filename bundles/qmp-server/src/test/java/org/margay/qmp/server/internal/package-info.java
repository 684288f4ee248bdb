@NullMarked
package org.margay.qmp.server.internal;

import org.jspecify.annotations.NullMarked;
