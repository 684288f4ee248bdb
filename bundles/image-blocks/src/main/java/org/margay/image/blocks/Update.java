package org.margay.image.blocks;

import java.lang.foreign.MemorySegment;

/**
 * A part of an image's metadata that has to be written to its file.
 *
 * @param offset in the file
 * @param bytes a copy, native memory
 */
public record Update(long offset, MemorySegment bytes) {}
