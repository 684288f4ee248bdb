package org.margay.floppy.internal;

/** Kinds of floppy disk drives. */
enum DriveType {
    /** 5.25 inches, 1.2 MB. */
    D120("120", 2),
    /** 3.5 inches, 1.44 MB. */
    D144("144", 4),
    /** 3.5 inches, 2.88 MB. */
    D288("288", 5),
    /** As its first medium wants it. */
    AUTO("auto", 0);

    private final String text;
    private final int cmos;

    DriveType(String text, int cmos) {
        this.text = text;
        this.cmos = cmos;
    }

    /** Its number in the CMOS memory (IBM PS/2 and PC BIOS Interface Technical Reference). */
    int cmos() {
        return cmos;
    }

    /** As users write it. */
    @Override
    public String toString() {
        return text;
    }
}
