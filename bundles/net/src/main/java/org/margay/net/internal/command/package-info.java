/** The QMP commands of networks. */
@NullMarked
package org.margay.net.internal.command;

import org.jspecify.annotations.NullMarked;
