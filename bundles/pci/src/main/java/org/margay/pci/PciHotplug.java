package org.margay.pci;

/** Tells a guest of cards that come and go on one bus: the board's hot-plug controller. Under the machine lock. */
public interface PciHotplug {
    /** Nobody tells the guest, and nobody needs to ask it. */
    PciHotplug NONE = new PciHotplug() {
        @Override
        public void plugged(int slot) {}

        @Override
        public boolean askToRelease(int slot, Runnable released) {
            return true;
        }
    };

    /** A card was plugged into a slot. */
    void plugged(int slot);

    /**
     * As {@link org.margay.machine.Bus#askToRelease}; several devices of a slot may wait at the same time.
     *
     * @param released called once when the guest ejected the slot, or at the next reset of the machine
     */
    boolean askToRelease(int slot, Runnable released);

    /** Who tells the guest of cards on the bus behind a bridge on this bus; {@link #NONE} when nobody can. */
    default PciHotplug behind(PciBus secondary) {
        return NONE;
    }
}
