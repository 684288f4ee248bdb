package org.margay.block.internal.option;

/** -snapshot was said. */
record SnapshotMode() {}
