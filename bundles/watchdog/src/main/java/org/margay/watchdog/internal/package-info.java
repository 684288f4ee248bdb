/** Watchdogs i6300esb and ib700, and what they do when they expire. */
@NullMarked
package org.margay.watchdog.internal;

import org.jspecify.annotations.NullMarked;
