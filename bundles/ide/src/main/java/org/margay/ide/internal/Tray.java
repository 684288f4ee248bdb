package org.margay.ide.internal;

import org.margay.block.drive.Drive;

/** The tray of a CD-ROM drive, its lock, and what the guest is still to be told of them (MMC-5, clause 6.7). */
final class Tray {
    /** The next event of media. */
    enum Event {
        NONE,
        EJECT_REQUEST,
        NEW_MEDIA,
        MEDIA_REMOVAL
    }

    record State(boolean open, boolean locked, Event event) {
        State {
            if (event == null) {
                throw new IllegalArgumentException("tray");
            }
        }
    }

    private final Drive drive;
    private boolean open;
    private boolean locked;
    private Event event = Event.NONE;

    Tray(Drive drive) {
        this.drive = drive;
    }

    boolean isOpen() {
        return open;
    }

    boolean isLocked() {
        return locked;
    }

    void lock(boolean wanted) {
        locked = wanted;
    }

    /** The guest moves it. */
    void move(boolean wanted) {
        if (wanted == open) {
            return;
        }
        open = wanted;
        event = wanted ? Event.MEDIA_REMOVAL : drive.hasMedium() ? Event.NEW_MEDIA : Event.NONE;
        drive.trayMoved(wanted);
    }

    /** The user moved it. */
    void mediumChanged(boolean present) {
        open = !present;
        locked &= present;
        event = present ? Event.NEW_MEDIA : Event.MEDIA_REMOVAL;
    }

    /** The user pressed the button of a drive that the guest has locked. */
    void ejectRequested() {
        event = Event.EJECT_REQUEST;
    }

    /** The code of the next event, which is told once. */
    int takeEvent() {
        int code = switch (event) {
            case NONE -> 0;
            case EJECT_REQUEST -> 1;
            case NEW_MEDIA -> 2;
            case MEDIA_REMOVAL -> 3;
        };
        event = Event.NONE;
        return code;
    }

    void reset() {
        locked = false;
        event = Event.NONE;
    }

    State save() {
        return new State(open, locked, event);
    }

    void restore(State state) {
        open = state.open;
        locked = state.locked;
        event = state.event;
    }
}
