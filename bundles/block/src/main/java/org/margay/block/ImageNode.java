package org.margay.block;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image: a node of some format that lies on another one, mostly a file, and may have a backing node under it, whose content is
 * read where the image has none of its own.
 */
public interface ImageNode extends BlockNode {
    /** What it lies on; closed with it. */
    BlockNode file();

    @Override
    default String filename() {
        return file().filename();
    }

    /** A part of what lies below may be read for a write of another part. */
    @Override
    default boolean cachesWrites() {
        @Nullable BlockNode backing = backing();
        return file().cachesWrites() && (backing == null || backing.cachesWrites());
    }

    /** What the image says of its backing file; empty when it has none. */
    default Optional<BackingLink> backingLink() {
        return Optional.empty();
    }

    /** The node that is read where the image has no data; null: zeros. It may be shorter than the image. */
    default @Nullable BlockNode backing() {
        return null;
    }

    /**
     * Puts a node under this one, or none. No request is under way. The former one is not closed; the one that is there when the
     * image is closed is closed with it.
     *
     * @throws IllegalArgumentException when the format knows no backing files
     */
    default void setBacking(@Nullable BlockNode backing) {
        if (backing != null) {
            throw new IllegalArgumentException("%s has no backing files".formatted(driver()));
        }
    }

    /**
     * Writes into the image which backing file it has, or that it has none.
     *
     * @throws UnsupportedImageException when the format can't
     */
    default void changeBackingLink(@Nullable BackingLink link) throws IOException {
        throw new UnsupportedImageException("%s: the backing file can't be changed".formatted(driver()));
    }

    /** Whether the content is encrypted. */
    default boolean encrypted() {
        return false;
    }

    /** Whether a password is wanted before anything can be read or written: until then requests fail. */
    default boolean locked() {
        return false;
    }

    /**
     * Gives the password.
     *
     * @throws ImageException when the format can tell that it is wrong
     */
    default void unlock(String password) throws IOException {
        throw new ImageException("%s is not encrypted".formatted(filename()));
    }

    /** What people and tools want to know of it. */
    ImageDetails details() throws IOException;
}
