package org.margay.floppy.internal;

/** What the commands SPECIFY, CONFIGURE, LOCK and PERPENDICULAR MODE set (82077AA data sheet, sections 5.2.5 to 5.2.8 and 5.2.10). */
final class FdcSettings {
    /** CONFIGURE: data commands move the heads to their cylinder. */
    private static final int IMPLIED_SEEK = 0x40;

    /** CONFIGURE: no FIFO. */
    private static final int NO_FIFO = 0x20;

    /** CONFIGURE: drives are not polled. */
    private static final int NO_POLLING = 0x10;

    private static final int NO_DMA = 0x01;

    int stepAndUnload;
    int loadAndMode;
    int configuration = NO_FIFO;
    int precompensationTrack;
    int perpendicular;
    boolean locked;

    /** The bytes as they were written. */
    record State(
            int stepAndUnload,
            int loadAndMode,
            int configuration,
            int precompensationTrack,
            int perpendicular,
            boolean locked) {
        State {
            if (((stepAndUnload | loadAndMode | precompensationTrack | perpendicular) & ~0xFF) != 0
                    || (configuration & ~0x7F) != 0) {
                throw new IllegalArgumentException("settings of the floppy controller");
            }
        }
    }

    boolean impliedSeek() {
        return (configuration & IMPLIED_SEEK) != 0;
    }

    boolean polls() {
        return (configuration & NO_POLLING) == 0;
    }

    boolean usesDma() {
        return (loadAndMode & NO_DMA) == 0;
    }

    /**
     * Nanoseconds for a step, which the data rate stretches.
     *
     * @param rate as in the registers
     */
    long stepTime(int rate) {
        long at500 = (16 - (stepAndUnload >> 4)) * 1_000_000L;
        return switch (rate) {
            case 1 -> at500 * 5 / 3;
            case 2 -> at500 * 2;
            case 3 -> at500 / 2;
            default -> at500;
        };
    }

    /**
     * After a reset.
     *
     * @param hard by the pin: what LOCK keeps is lost too
     */
    void reset(boolean hard) {
        if (hard) {
            locked = false;
            stepAndUnload = 0;
            loadAndMode = 0;
            perpendicular = 0;
        }
        // A software reset leaves to perpendicular drives what they are, but not gap and write gate.
        perpendicular &= ~0x03;
        if (!locked) {
            configuration = NO_FIFO;
            precompensationTrack = 0;
        }
    }

    State save() {
        return new State(stepAndUnload, loadAndMode, configuration, precompensationTrack, perpendicular, locked);
    }

    void restore(State state) {
        stepAndUnload = state.stepAndUnload;
        loadAndMode = state.loadAndMode;
        configuration = state.configuration;
        precompensationTrack = state.precompensationTrack;
        perpendicular = state.perpendicular;
        locked = state.locked;
    }
}
