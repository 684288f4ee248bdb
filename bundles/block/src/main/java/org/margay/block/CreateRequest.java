package org.margay.block;

import org.jspecify.annotations.Nullable;

/**
 * An image to be made.
 *
 * @param size bytes that the guest shall see
 * @param backing what to write as its backing file, or null
 * @param options of {@link ImageFormat#createOptions()}
 */
public record CreateRequest(long size, @Nullable BackingLink backing, Record options) {}
