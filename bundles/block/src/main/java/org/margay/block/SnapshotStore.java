package org.margay.block;

import java.io.IOException;
import java.util.List;

/** An {@link ImageNode} that keeps snapshots of itself within the image. No request is under way while one of these runs. */
public interface SnapshotStore {
    /** In the order of the image. */
    List<SnapshotDetails> snapshots();

    /**
     * Keeps the content as it is now.
     *
     * @return its id, unique in the image
     */
    String createSnapshot(String name) throws IOException;

    /**
     * Makes the content what it was.
     *
     * @param idOrName ids go first
     * @throws ImageException when there is none
     */
    void applySnapshot(String idOrName) throws IOException;

    /**
     * Forgets one.
     *
     * @throws ImageException when there is none
     */
    void deleteSnapshot(String idOrName) throws IOException;

    /**
     * Shows the content of a snapshot instead of the image's own, until it is closed: for "convert -l". The image is open read-only;
     * nothing in the file changes.
     *
     * @param idOrName ids go first
     * @throws ImageException when there is none
     */
    default void showSnapshot(String idOrName) throws IOException {
        throw new UnsupportedImageException("snapshots can't be shown");
    }
}
