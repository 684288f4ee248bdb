package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;

/** The packet commands of a CD-ROM drive (MMC-5, clause 6, and the primary commands of SPC-3 that it names). */
final class CdCommands {
    private static final int TEST_UNIT_READY = 0x00;
    private static final int REQUEST_SENSE = 0x03;
    private static final int INQUIRY = 0x12;
    private static final int MODE_SELECT_6 = 0x15;
    private static final int MODE_SENSE_6 = 0x1A;
    private static final int START_STOP_UNIT = 0x1B;
    private static final int PREVENT_ALLOW_REMOVAL = 0x1E;
    private static final int READ_CAPACITY = 0x25;
    private static final int READ_10 = 0x28;
    private static final int SEEK_10 = 0x2B;
    private static final int READ_TOC = 0x43;
    private static final int GET_CONFIGURATION = 0x46;
    private static final int GET_EVENT_STATUS = 0x4A;
    private static final int READ_DISC_INFORMATION = 0x51;
    private static final int MODE_SELECT_10 = 0x55;
    private static final int MODE_SENSE_10 = 0x5A;
    private static final int READ_12 = 0xA8;
    private static final int READ_DVD_STRUCTURE = 0xAD;
    private static final int READ_CD_MSF = 0xB9;
    private static final int SET_CD_SPEED = 0xBB;
    private static final int MECHANISM_STATUS = 0xBD;
    private static final int READ_CD = 0xBE;

    private static final int CHANGEABLE = 1;
    private static final int DEFAULT = 2;
    private static final int SAVED = 3;
    private static final int RECOVERY_PAGE = 0x01;
    private static final int RECOVERY_SIZE = 8;
    /** More than all pages there are. */
    private static final int MOST_PARAMETERS = 256;

    private final CdDrive drive;
    private final PacketTransfer transfer;

    CdCommands(CdDrive drive, PacketTransfer transfer) {
        this.drive = drive;
        this.transfer = transfer;
    }

    void execute(Packet packet) {
        int code = packet.code();
        if (!isAlwaysAllowed(code) && drive.takeAttention()) {
            transfer.failed(Sense.MEDIUM_CHANGED);
            return;
        }
        Sense before = drive.takeSense();
        DiscPages disc = drive.disc();
        switch (code) {
            case REQUEST_SENSE -> transfer.reply(sense(before).page(), packet.u8(4));
            case INQUIRY -> inquiry(packet);
            case MODE_SENSE_6 -> modeSense(packet, false, packet.u8(4));
            case MODE_SENSE_10 -> modeSense(packet, true, packet.u16(7));
            case MODE_SELECT_6 -> modeSelect(packet, packet.u8(4));
            case MODE_SELECT_10 -> modeSelect(packet, packet.u16(7));
            case START_STOP_UNIT -> startStop(packet);
            case PREVENT_ALLOW_REMOVAL -> {
                drive.tray().lock(packet.bit(4, 0));
                transfer.succeeded();
            }
            case GET_CONFIGURATION -> reply(pages(disc).configuration(packet.u8(1) & 3, packet.u16(2)), packet.u16(7));
            case GET_EVENT_STATUS -> eventStatus(packet, disc);
            case MECHANISM_STATUS -> transfer.reply(pages(disc).mechanism(), packet.u16(8));
            case SET_CD_SPEED -> transfer.succeeded();
            default -> onDisc(packet, disc);
        }
    }

    /** Commands that another medium does not stop (clause 4.1.6.1.2). */
    private static boolean isAlwaysAllowed(int code) {
        return code == INQUIRY || code == REQUEST_SENSE || code == GET_CONFIGURATION || code == GET_EVENT_STATUS;
    }

    private Sense sense(Sense before) {
        return before.equals(Sense.NONE) && drive.takeAttention() ? Sense.MEDIUM_CHANGED : before;
    }

    private CdPages pages(@Nullable DiscPages disc) {
        return new CdPages(disc, drive.tray().isOpen(), drive.tray().isLocked());
    }

    /** Commands that need a disc, and those that there are not. */
    private void onDisc(Packet packet, @Nullable DiscPages disc) {
        if (!needsDisc(packet.code())) {
            transfer.failed(Sense.INVALID_COMMAND);
            return;
        }
        if (disc == null) {
            transfer.failed(drive.noMedium());
            return;
        }
        switch (packet.code()) {
            case TEST_UNIT_READY -> transfer.succeeded();
            case READ_CAPACITY -> transfer.reply(disc.capacity(), Integer.MAX_VALUE);
            case READ_10 -> read(disc, packet.u32(2), packet.u16(7), RawSector.DATA);
            case READ_12 -> read(disc, packet.u32(2), packet.u32(6), RawSector.DATA);
            case READ_CD -> readCd(disc, packet, packet.u32(2), packet.u24(6));
            case READ_CD_MSF -> {
                long first = DiscPages.sector(packet.u24(3));
                readCd(disc, packet, first, DiscPages.sector(packet.u24(6)) - first);
            }
            case SEEK_10 -> {
                if (packet.u32(2) < disc.sectors()) {
                    transfer.succeeded();
                } else {
                    transfer.failed(Sense.OUT_OF_RANGE);
                }
            }
            case READ_TOC -> {
                int format = (packet.u8(2) & 0xF) != 0 ? packet.u8(2) & 0xF : packet.u8(9) >> 6;
                reply(disc.contents(format, packet.u8(6), packet.bit(1, 1)), packet.u16(7));
            }
            case READ_DISC_INFORMATION -> {
                boolean standard = (packet.u8(1) & 7) == 0;
                reply(standard ? DiscPages.information() : null, packet.u16(7));
            }
            default -> dvdStructure(disc, packet);
        }
    }

    private static boolean needsDisc(int code) {
        return switch (code) {
            case TEST_UNIT_READY,
                    READ_CAPACITY,
                    READ_10,
                    READ_12,
                    READ_CD,
                    READ_CD_MSF,
                    SEEK_10,
                    READ_TOC,
                    READ_DISC_INFORMATION,
                    READ_DVD_STRUCTURE -> true;
            default -> false;
        };
    }

    /** @param reply null for a request of something that there is not */
    private void reply(byte @Nullable [] reply, int room) {
        if (reply == null) {
            transfer.failed(Sense.INVALID_FIELD);
        } else {
            transfer.reply(reply, room);
        }
    }

    private void inquiry(Packet packet) {
        boolean vitalProductData = packet.bit(1, 0);
        reply(
                vitalProductData || packet.u8(2) != 0
                        ? null
                        : CdPages.inquiry(
                                drive.identity().model(), drive.identity().firmware()),
                packet.u8(4));
    }

    private void modeSense(Packet packet, boolean wide, int room) {
        int control = packet.u8(2) >> 6;
        if (control == SAVED) {
            transfer.failed(Sense.SAVING_NOT_SUPPORTED);
            return;
        }
        int recovery = control == DEFAULT ? CdDrive.defaultRecovery() : drive.recovery();
        reply(pages(drive.disc()).modes(packet.u8(2) & 0x3F, wide, control == CHANGEABLE, recovery), room);
    }

    private void modeSelect(Packet packet, int length) {
        if (!packet.bit(1, 4) || packet.bit(1, 0)) {
            // Pages of no standard, or to be kept without power.
            transfer.failed(Sense.INVALID_FIELD);
        } else if (length > MOST_PARAMETERS) {
            transfer.failed(Sense.LENGTH_ERROR);
        } else if (length == 0) {
            transfer.succeeded();
        } else {
            transfer.receive(length);
        }
    }

    /** Of the pages only that of error recovery takes other values. */
    void parametersCame(Packet packet, byte[] parameters) {
        int at = packet.code() == MODE_SELECT_10 ? 8 : 4;
        int recovery = drive.recovery();
        while (at + 1 < parameters.length) {
            int size = (parameters[at + 1] & 0xFF) + 2;
            if (size > parameters.length - at) {
                transfer.failed(Sense.LENGTH_ERROR);
                return;
            }
            if ((parameters[at] & 0x3F) != RECOVERY_PAGE || size != RECOVERY_SIZE) {
                transfer.failed(Sense.INVALID_PARAMETER);
                return;
            }
            recovery = (parameters[at + 2] & 0xFF) << 8 | parameters[at + 3] & 0xFF;
            at += size;
        }
        drive.setRecovery(recovery);
        transfer.succeeded();
    }

    /** Clause 6.46; power conditions other than start and stop change nothing. */
    private void startStop(Packet packet) {
        boolean start = packet.bit(4, 0);
        boolean loadOrEject = packet.bit(4, 1);
        if (packet.u8(4) >> 4 != 0 || !loadOrEject) {
            transfer.succeeded();
            return;
        }
        if (!start && drive.tray().isLocked()) {
            transfer.failed(Sense.REMOVAL_PREVENTED);
            return;
        }
        boolean wasOpen = drive.tray().isOpen();
        drive.tray().move(!start);
        if (start && wasOpen) {
            drive.attend();
        }
        transfer.succeeded();
    }

    private void eventStatus(Packet packet, @Nullable DiscPages disc) {
        if (!packet.bit(1, 0)) {
            // To wait for an event needs a queue of commands.
            transfer.failed(Sense.INVALID_FIELD);
            return;
        }
        int media = 1 << 4;
        int event = (packet.u8(4) & media) != 0 ? drive.tray().takeEvent() : 0;
        transfer.reply(pages(disc).event(packet.u8(4), event), packet.u16(7));
    }

    private void read(DiscPages disc, long first, long count, int selection) {
        if (count == 0) {
            transfer.succeeded();
        } else if (first < 0 || first > disc.sectors() - count) {
            transfer.failed(Sense.OUT_OF_RANGE);
        } else if (count > Integer.MAX_VALUE) {
            transfer.failed(Sense.INVALID_FIELD);
        } else {
            transfer.read(first, (int) count, selection);
        }
    }

    /** Clauses 6.23 and 6.24: sectors are of mode 1, which has no subheaders; nothing is known of subchannels and pointers. */
    private void readCd(DiscPages disc, Packet packet, long first, long count) {
        int expected = packet.u8(1) >> 2 & 7;
        int selection = packet.u8(9) & (RawSector.SYNC | RawSector.HEADER | RawSector.DATA | RawSector.CODE);
        boolean mode1 = expected == 0 || expected == 2;
        if (!mode1 || (packet.u8(9) & 0x06) != 0 || (packet.u8(10) & 0x07) != 0 || count < 0) {
            transfer.failed(Sense.INVALID_FIELD);
        } else if (disc.dvd()) {
            transfer.failed(Sense.INCOMPATIBLE_MEDIUM);
        } else if (RawSector.size(selection) == 0) {
            transfer.succeeded();
        } else {
            read(disc, first, count, selection);
        }
    }

    private void dvdStructure(DiscPages disc, Packet packet) {
        int layer = packet.u8(6);
        int format = packet.u8(7);
        if (!disc.dvd() && format != 0xFF) {
            transfer.failed(Sense.INCOMPATIBLE_MEDIUM);
        } else {
            reply(layer == 0 ? disc.dvdStructure(format) : null, packet.u16(8));
        }
    }
}
