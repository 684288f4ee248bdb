package org.margay.ide.internal;

/**
 * What a CD-ROM drive says of itself that never changes.
 *
 * @param serial up to 20 characters
 * @param firmware up to 8 characters
 * @param model up to 40 characters
 * @param unit 0 or 1
 */
record CdIdentity(String serial, String firmware, String model, int unit) {
    /** Packets of 12 bytes, asked for within 50 microseconds; a removable CD-ROM. */
    private static final int GENERAL = 0x85C0;

    /** NOP, DEVICE RESET, packets, power management. */
    private static final int COMMANDS = 0x4218;

    /** The page of IDENTIFY PACKET DEVICE (ATA/ATAPI-6, table 30). */
    byte[] page(int transferMode) {
        IdentifyPage page = new IdentifyPage();
        page.word(0, GENERAL);
        page.text(10, 10, serial).text(23, 4, firmware).text(27, 20, model);
        page.word(49, 0x0F00).word(50, 0x4000).word(53, 0x0006);
        TransferMode.identify(page, transferMode);
        page.word(64, 0x0003).word(65, 120).word(66, 120).word(67, 120).word(68, 120);
        page.word(71, 30).word(72, 30);
        page.word(80, 0x0070).word(81, 0x0019);
        page.word(82, COMMANDS).word(83, 0x4000).word(84, 0x4000);
        page.word(85, COMMANDS).word(86, 0).word(87, 0x4000);
        page.word(93, unit == 0 ? 0x600B : 0x6B00);
        return page.finish();
    }
}
