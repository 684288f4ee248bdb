package org.margay.floppy.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveUser;

/** A floppy disk drive: its heads are somewhere, a medium is in it or not, and it remembers that the medium was changed. */
final class FloppyDrive implements DriveUser {
    /** Further than any drive's heads go. */
    static final int LAST_TRACK = 84;

    private final Drive drive;
    private final String driver;
    private final String path;
    private final DriveType type;
    private int track;
    private boolean diskChange = true;
    private boolean empty;

    /**
     * What the guest can see.
     *
     * @param track where the heads are
     * @param diskChange whether the medium was changed since the heads last moved
     * @param ejected whether the user took the medium out
     */
    record State(int track, boolean diskChange, boolean ejected) {
        State {
            if (track < 0 || track > LAST_TRACK) {
                throw new IllegalArgumentException("track " + track);
            }
        }
    }

    /**
     * Makes one that is not connected yet.
     *
     * @param wanted kind, or {@link DriveType#AUTO}
     * @param fallback kind of a drive that is to be as its medium wants it but has none
     */
    FloppyDrive(Drive drive, String driver, String path, DriveType wanted, DriveType fallback) {
        this.drive = drive;
        this.driver = driver;
        this.path = path;
        this.type = wanted != DriveType.AUTO
                ? wanted
                : drive.hasMedium()
                        ? FloppyFormat.of(DriveType.AUTO, drive.length()).drive()
                        : fallback;
    }

    Drive drive() {
        return drive;
    }

    DriveType type() {
        return type;
    }

    /** Of the medium, or null without one. */
    @Nullable
    FloppyFormat format() {
        return drive.hasMedium() ? FloppyFormat.of(type, drive.length()) : null;
    }

    int track() {
        return track;
    }

    /** Whether the line DSKCHG is active. */
    boolean diskChange() {
        return diskChange;
    }

    /** Moves the heads; a step with a medium in the drive releases DSKCHG. */
    void moveTo(int wanted) {
        int target = Math.clamp(wanted, 0, LAST_TRACK);
        if (target != track) {
            track = target;
            diskChange = !drive.hasMedium();
        }
    }

    State save() {
        return new State(track, diskChange, empty);
    }

    void restore(State state) {
        track = state.track;
        diskChange = state.diskChange;
        empty = state.ejected;
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean removable() {
        return true;
    }

    /** There is no tray: it is open, to those who ask, while the medium is out. */
    @Override
    public boolean trayOpen() {
        return empty;
    }

    @Override
    public void mediumChanged(boolean present) {
        empty = !present;
        diskChange = true;
    }
}
