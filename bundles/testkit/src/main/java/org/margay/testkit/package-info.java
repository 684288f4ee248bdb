/** What device tests stand on: the contract, a bench, clocks stepped by hand. Never part of a running system. */
@NullMarked
package org.margay.testkit;

import org.jspecify.annotations.NullMarked;
