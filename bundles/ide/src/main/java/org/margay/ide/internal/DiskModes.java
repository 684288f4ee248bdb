package org.margay.ide.internal;

/** Modes of a disk that the host sets. */
final class DiskModes {
    /** Most sectors in a block of READ and WRITE MULTIPLE. */
    static final int MOST_MULTIPLE = 16;

    /** How much of the disk is awake. */
    enum Power {
        ACTIVE,
        IDLE,
        STANDBY
    }

    int multiple = MOST_MULTIPLE;
    int heads;
    int sectors;
    int transferMode = TransferMode.DEFAULT;
    boolean lookAhead = true;
    boolean writeCache;
    boolean smart = true;
    boolean smartAutosave = true;
    Power power = Power.ACTIVE;

    /**
     * The modes.
     *
     * @param multiple sectors in a block of READ and WRITE MULTIPLE; 0 when these are off
     * @param heads of addresses by cylinder, head and sector
     * @param sectors of a track of these
     * @param transferMode as in {@link TransferMode}
     */
    record State(
            int multiple,
            int heads,
            int sectors,
            int transferMode,
            boolean lookAhead,
            boolean writeCache,
            boolean smart,
            boolean smartAutosave,
            Power power) {
        State {
            if (multiple < 0
                    || multiple > MOST_MULTIPLE
                    || Integer.bitCount(multiple) > 1
                    || heads < 1
                    || heads > 16
                    || sectors < 1
                    || sectors > 255
                    || !TransferMode.isDma(transferMode)
                    || power == null) {
                throw new IllegalArgumentException("modes of a disk");
            }
        }
    }

    /** As after power-on. */
    void reset(DiskGeometry geometry, boolean cache) {
        restore(new State(
                MOST_MULTIPLE,
                geometry.heads(),
                geometry.sectors(),
                TransferMode.DEFAULT,
                true,
                cache,
                true,
                true,
                Power.ACTIVE));
    }

    /** Cylinders when heads and sectors are as the host set them. */
    int cylinders(DiskGeometry geometry) {
        return Math.clamp(geometry.capacity() / (heads * sectors), 1, 65_535);
    }

    State save() {
        return new State(multiple, heads, sectors, transferMode, lookAhead, writeCache, smart, smartAutosave, power);
    }

    void restore(State state) {
        multiple = state.multiple;
        heads = state.heads;
        sectors = state.sectors;
        transferMode = state.transferMode;
        lookAhead = state.lookAhead;
        writeCache = state.writeCache;
        smart = state.smart;
        smartAutosave = state.smartAutosave;
        power = state.power;
    }
}
