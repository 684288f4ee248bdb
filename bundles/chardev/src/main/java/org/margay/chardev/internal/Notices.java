package org.margay.chardev.internal;

/** What the user must see whatever is logged: where to connect to, what is waited for. Scripts read it, too. */
final class Notices {
    private Notices() {}

    static void tell(String text) {
        System.err.println(text);
    }
}
