/** The command-line options of networks. */
@NullMarked
package org.margay.net.internal.option;

import org.jspecify.annotations.NullMarked;
