package org.margay.pc;

/** Where keys and mouse movements of a person or a client go in: the PS/2 keyboard and mouse. Under the machine lock. */
public interface PcInput {
    /** Bit of {@link #key}'s number for keys whose codes have the prefix E0. */
    int EXTENDED = 0x80;

    /** Number of Pause. */
    int PAUSE = 0xC6;

    /** Number of Print Screen. */
    int PRINT_SCREEN = 0xB7;

    int LEFT_BUTTON = 1;
    int RIGHT_BUTTON = 2;
    int MIDDLE_BUTTON = 4;

    /**
     * A key goes down or up; a key that is held repeats its going down. Unknown numbers do nothing.
     *
     * @param number scan code of set 1, 1 to 0x7F, with {@link #EXTENDED} when E0 goes before it
     */
    void key(int number, boolean down);

    /**
     * The mouse moves or its buttons change.
     *
     * @param dx counts to the right
     * @param dy counts down
     * @param dz notches of the wheel towards the user
     * @param buttons all that are down now
     */
    void mouse(int dx, int dy, int dz, int buttons);
}
