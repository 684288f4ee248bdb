package org.margay.vvfat.internal;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;

/**
 * A file or folder as it was when the disk was opened.
 *
 * @param size bytes of a file
 * @param children of a folder, in order of names; empty for files
 */
record HostEntry(Path path, String name, boolean folder, long size, LocalDateTime modified, List<HostEntry> children) {}
