package org.margay.block;

import java.io.IOException;
import java.util.List;

/**
 * What file names with a certain beginning mean: "nbd:", "http:". A service, one per protocol, named by {@link BlockProtocolName};
 * a name without such a beginning is a file of the host. It has a constructor without arguments and is named in META-INF/services
 * too, for tools that run without a framework. Any thread.
 */
public interface BlockProtocol {
    /** Such as "nbd". */
    String name();

    /** All beginnings of file names that are its: those of its {@link BlockProtocolName}. */
    default List<String> names() {
        return List.of(name());
    }

    /**
     * Opens.
     *
     * @param filename whole, the protocol's name included
     * @param drivers for protocols that lie on others
     * @throws IOException when it can't be, in one line for people that does not repeat the name
     */
    BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException;

    /**
     * Makes an empty file, or empties one that is there.
     *
     * @throws IOException when it can't be
     */
    default void create(String filename) throws IOException {
        throw new UnsupportedImageException("nothing can be made by protocol '%s'".formatted(name()));
    }
}
