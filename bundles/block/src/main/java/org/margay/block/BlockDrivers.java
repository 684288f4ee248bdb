package org.margay.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.margay.block.internal.ClassPathDrivers;

/**
 * The formats and protocols that there are: a service, which brings the bundles of those that are not there yet. Any thread, but not
 * under the machine lock.
 */
public interface BlockDrivers {
    /**
     * A format by its name, "raw" included.
     *
     * @throws IOException when its bundle is known but can't be used
     */
    Optional<ImageFormat> format(String name) throws IOException;

    /**
     * The protocol of a file name: by what stands before its first colon, or that of files.
     *
     * @throws IOException when there is none of that name
     */
    BlockProtocol protocol(String filename) throws IOException;

    /**
     * The format that an image is of: the best {@link ImageFormat#probe}; raw when no other knows it.
     *
     * @param head the file's beginning, as {@link ImageFormat#probe} wants it
     */
    ImageFormat probe(MemorySegment head, String filename) throws IOException;

    /** Names of all formats, of those too that are not installed yet, in alphabetical order. */
    List<String> formats();

    /** Those of the class path, for tools that run without a framework. */
    static BlockDrivers onClassPath() {
        return new ClassPathDrivers();
    }
}
