package org.margay.chardev.internal;

/** Finds Ctrl-A and the key after it in what a user types. */
final class EscapeSequences {
    /** What to do with what was typed. */
    interface Actions {
        /** A byte for the front end that has the input. */
        void input(byte b);

        /** The key after Ctrl-A, in lower case. */
        void command(char key);
    }

    static final byte ESCAPE = 1;

    private boolean escaped;

    void feed(byte b, Actions actions) {
        if (!escaped) {
            escaped = b == ESCAPE;
            if (!escaped) {
                actions.input(b);
            }
            return;
        }
        escaped = false;
        if (b == ESCAPE) {
            actions.input(b);
        } else {
            actions.command((char) Character.toLowerCase(b & 0x7f));
        }
    }
}
