package org.margay.pc;

import java.util.function.Supplier;

/** The firmware configuration device: what the board offers a BIOS by numbered and named items. Under the machine lock. */
public interface FwCfg {
    /** Sets a numbered item below the file directory's, such as 0x11 (initrd data). */
    void addItem(int key, byte[] content);

    /**
     * Adds or replaces a named file.
     *
     * @param name such as "etc/e820", at most 55 characters
     * @param content asked for each time the guest selects the file; always of the same length
     */
    void addFile(String name, int length, Supplier<byte[]> content);

    /** Adds or replaces a named file of fixed content. */
    default void addFile(String name, byte[] content) {
        addFile(name, content.length, () -> content);
    }
}
