/** QMP monitors over character devices: options, clients, their end. */
@NullMarked
package org.margay.qmp.server.internal;

import org.jspecify.annotations.NullMarked;
