package org.margay.machine.object;

/**
 * An object that the user made by name, with -object or object-add; at {@code /objects/ID} in the object tree, and found by those
 * that name it with {@code machine.backends().find(UserObject.class, id)}. Under the machine lock.
 */
public interface UserObject extends ObjectNode, AutoCloseable {
    /** Whether something relies on it, so that it can't be deleted. */
    default boolean inUse() {
        return false;
    }

    /** Ends it: files, sockets, threads are given back. */
    @Override
    void close();
}
