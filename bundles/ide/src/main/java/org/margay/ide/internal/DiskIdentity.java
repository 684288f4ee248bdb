package org.margay.ide.internal;

/**
 * What a disk says of itself that never changes.
 *
 * @param serial up to 20 characters
 * @param firmware up to 8 characters
 * @param model up to 40 characters
 * @param wwn world wide name, or 0
 * @param rotationRate revolutions a minute, 1 for a disk without moving parts, 0 when not said
 * @param physicalSectors binary logarithm of logical sectors in a physical one
 * @param trim whether it takes DATA SET MANAGEMENT
 * @param unit 0 or 1
 */
record DiskIdentity(
        String serial,
        String firmware,
        String model,
        long wwn,
        int rotationRate,
        int physicalSectors,
        boolean trim,
        int unit) {
    /** Commands of word 82 and 85: NOP, look-ahead, write cache, power management, SMART. */
    private static final int COMMANDS_1 = 0x4009;

    private static final int LOOK_AHEAD = 0x40;
    private static final int WRITE_CACHE = 0x20;
    private static final int SMART = 0x01;

    /** Commands of word 83 and 86: FLUSH CACHE EXT, FLUSH CACHE, 48-bit addresses. */
    private static final int COMMANDS_2 = 0x3400;

    /** Commands of word 84 and 87: WRITE DMA FUA EXT, SMART self-test and error log. */
    private static final int COMMANDS_3 = 0x0043;

    private static final int WWN = 0x0100;
    private static final int VALID = 0x4000;

    /** The page of IDENTIFY DEVICE (ATA/ATAPI-6, table 27; words 69, 105, 106, 169, 209 and 217 of ATA8-ACS). */
    byte[] page(DiskModes modes, DiskGeometry geometry, long sectors) {
        IdentifyPage page = new IdentifyPage();
        page.word(0, 0x0040);
        page.word(1, geometry.cylinders()).word(3, geometry.heads());
        page.word(4, 512 * geometry.sectors()).word(5, 512).word(6, geometry.sectors());
        page.text(10, 10, serial);
        page.word(20, 3).word(21, 512).word(22, 4);
        page.text(23, 4, firmware).text(27, 20, model);
        page.word(47, 0x8000 | DiskModes.MOST_MULTIPLE);
        page.word(48, 1);
        page.word(49, 0x0F00).word(50, VALID);
        page.word(51, 0x0200).word(52, 0x0200).word(53, 0x0007);
        page.word(54, modes.cylinders(geometry)).word(55, modes.heads).word(56, modes.sectors);
        page.doubleWord(57, (long) modes.cylinders(geometry) * modes.heads * modes.sectors);
        page.word(59, modes.multiple == 0 ? 0 : 0x100 | modes.multiple);
        page.doubleWord(60, Math.min(sectors, SectorAddress.LBA28_SECTORS - 1));
        TransferMode.identify(page, modes.transferMode);
        page.word(64, 0x0003).word(65, 120).word(66, 120).word(67, 120).word(68, 120);
        page.word(80, 0x00F0).word(81, 0x0016);
        int wide = wwn == 0 ? 0 : WWN;
        page.word(82, COMMANDS_1 | LOOK_AHEAD | WRITE_CACHE);
        page.word(83, VALID | COMMANDS_2);
        page.word(84, VALID | COMMANDS_3 | wide);
        page.word(
                85,
                COMMANDS_1 & ~SMART
                        | (modes.smart ? SMART : 0)
                        | (modes.lookAhead ? LOOK_AHEAD : 0)
                        | (modes.writeCache ? WRITE_CACHE : 0));
        page.word(86, COMMANDS_2).word(87, VALID | COMMANDS_3 | wide);
        page.word(93, unit == 0 ? 0x600B : 0x6B00);
        page.quadWord(100, sectors);
        if (physicalSectors > 0) {
            page.word(106, VALID | 0x2000 | physicalSectors);
        }
        if (wwn != 0) {
            for (int i = 0; i < 4; i++) {
                page.word(108 + i, (int) (wwn >>> 48 - 16 * i) & 0xFFFF);
            }
        }
        if (trim) {
            page.word(105, TrimRanges.MOST_BLOCKS).word(169, 1);
        }
        page.word(209, VALID).word(217, rotationRate);
        return page.finish();
    }
}
