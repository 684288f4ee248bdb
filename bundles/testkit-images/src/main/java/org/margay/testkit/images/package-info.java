/** What tests of image formats stand on: QEMU's tools as oracles, a model with threads, a fuzzer. Never part of a running system. */
@NullMarked
package org.margay.testkit.images;

import org.jspecify.annotations.NullMarked;
