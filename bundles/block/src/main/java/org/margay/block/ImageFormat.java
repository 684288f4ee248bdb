package org.margay.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A format of images: a service, one per format, named by {@link ImageFormatName}, found by {@link ImageSignature}. It has a
 * constructor without arguments and is named in META-INF/services too, for tools that run without a framework. Any thread.
 */
public interface ImageFormat {
    /** Such as "qcow2". */
    String name();

    /** One line for lists of formats. */
    String description();

    /**
     * Whether a file is of this format.
     *
     * @param head its first bytes: {@link ImageOpener#PROBE_BYTES}, fewer when it is shorter
     * @param filename for formats that are known by their ending
     * @return 0: no; 100: surely; the format of the highest score is taken
     */
    int probe(MemorySegment head, String filename);

    /**
     * Opens an image; its backing file is not opened here.
     *
     * @param file what it lies on; the image's when this returns, the caller's when it throws
     * @throws ImageException when it is not of this format, or damaged, or needs what we can't, saying what
     */
    ImageNode open(BlockNode file, OpenOptions options) throws IOException;

    /**
     * Opens an image that may consist of several files.
     *
     * @param drivers by which the other files are opened; what lies beside the first is found by {@link ImageOpener#resolve}
     * @see #open(BlockNode, OpenOptions)
     */
    default ImageNode open(BlockNode file, OpenOptions options, BlockDrivers drivers) throws IOException {
        return open(file, options);
    }

    /** Whether images can be written; others open read-only only. */
    default boolean writable() {
        return true;
    }

    /** The record of options of {@link #create}; null when images can't be made. Read by {@link
     * org.margay.machine.property.PropertyBinder}: names, types and defaults for help come from it. */
    default @Nullable Class<? extends Record> createOptions() {
        return null;
    }

    /** Whether images may have a backing file under them. */
    default boolean backingFiles() {
        return false;
    }

    /**
     * Makes an empty image.
     *
     * @param file empty and growable; the caller closes it
     * @throws ImageException when the options ask for what can't be
     */
    default void create(BlockNode file, CreateRequest request) throws IOException {
        throw new UnsupportedImageException("%s images can't be made".formatted(name()));
    }

    /**
     * Makes an empty image that may consist of several files, or needs to know of its backing file.
     *
     * @param drivers by which the other files are made and opened
     * @see #create(BlockNode, CreateRequest)
     */
    default void create(BlockNode file, CreateRequest request, BlockDrivers drivers) throws IOException {
        create(file, request);
    }
}
