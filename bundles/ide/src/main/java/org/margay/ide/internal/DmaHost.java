package org.margay.ide.internal;

/** The controller's end of DMA: how a device moves data between itself and guest memory. Under the machine lock. */
interface DmaHost {
    /** Of a controller that has none: commands wait for a start that does not come. */
    DmaHost NONE = new DmaHost() {
        @Override
        public boolean started() {
            return false;
        }

        @Override
        public DmaWindow window(int bytes, boolean toMemory) {
            throw new IllegalStateException("no bus master");
        }

        @Override
        public void moved(DmaWindow window) {}

        @Override
        public void exhausted() {}

        @Override
        public void interrupted() {}
    };

    /** Whether the host has started the bus master and there may be memory left. */
    boolean started();

    /** The memory that comes next, at most some bytes of it; less when the host described no more. */
    DmaWindow window(int bytes, boolean toMemory);

    /** The window was used: the next one begins behind it. */
    void moved(DmaWindow window);

    /** The device has more data than the host described memory. */
    void exhausted();

    /** INTRQ was asserted. */
    void interrupted();
}
