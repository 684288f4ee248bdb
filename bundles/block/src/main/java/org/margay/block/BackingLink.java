package org.margay.block;

import org.jspecify.annotations.Nullable;

/**
 * What an image says of its backing file.
 *
 * @param filename as written in the image: a relative path counts from the image's own folder
 * @param format of the file, or null when the image does not say
 */
public record BackingLink(String filename, @Nullable String format) {}
