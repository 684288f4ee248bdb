package org.margay.pci;

import java.util.Optional;

/**
 * What firmware is to keep free behind a bridge for cards to come: a vendor capability that QEMU's bridges have and SeaBIOS looks for
 * (QEMU's docs/pcie_pci_bridge.txt). Numbers not said are {@link #OPEN}.
 *
 * @param buses bus numbers behind the bridge's own
 * @param io bytes of I/O space
 * @param memory bytes of memory, below 4 GiB
 * @param prefetchable32 bytes of prefetchable memory below 4 GiB
 * @param prefetchable64 bytes of prefetchable memory anywhere; only one of the two may be said
 */
public record BridgeReserve(long buses, long io, long memory, long prefetchable32, long prefetchable64) {
    /** Firmware may choose. */
    public static final long OPEN = -1;

    private static final int VENDOR_SPECIFIC = 0x09;
    private static final int RED_HAT = 0x1B36;
    private static final int TYPE = 1;
    private static final int SIZE = 32;

    private static final int LENGTH_AND_TYPE = 2;
    private static final int BUSES = 4;
    private static final int IO = 8;
    private static final int MEMORY = 16;
    private static final int PREFETCHABLE_32 = 20;
    private static final int PREFETCHABLE_64 = 24;
    private static final int FIRST_CAPABILITY = 0x40;

    /** How firmware reads configuration registers. */
    @FunctionalInterface
    public interface Registers {
        int read(int offset, int size);
    }

    /** Gives a function the capability, before it is plugged. */
    public void addTo(PciFunction bridge) {
        int at = bridge.addCapability(VENDOR_SPECIFIC, SIZE);
        ConfigSpace config = bridge.config();
        config.set(at + LENGTH_AND_TYPE, 2, TYPE << 8 | SIZE);
        config.set(at + BUSES, 4, (int) buses);
        config.set(at + IO, 4, (int) io);
        config.set(at + IO + 4, 4, (int) (io >> 32));
        config.set(at + MEMORY, 4, (int) memory);
        config.set(at + PREFETCHABLE_32, 4, (int) prefetchable32);
        config.set(at + PREFETCHABLE_64, 4, (int) prefetchable64);
        config.set(at + PREFETCHABLE_64 + 4, 4, (int) (prefetchable64 >> 32));
    }

    /** The capability of a bridge, if it has it. */
    public static Optional<BridgeReserve> of(Registers bridge) {
        if (bridge.read(PciRegister.VENDOR_ID, 2) != RED_HAT) {
            return Optional.empty();
        }
        int at = bridge.read(PciRegister.CAPABILITIES, 1);
        while (at >= FIRST_CAPABILITY) {
            if (bridge.read(at, 1) == VENDOR_SPECIFIC && bridge.read(at + LENGTH_AND_TYPE, 2) == (TYPE << 8 | SIZE)) {
                return Optional.of(new BridgeReserve(
                        open(bridge.read(at + BUSES, 4)),
                        wide(bridge, at + IO),
                        open(bridge.read(at + MEMORY, 4)),
                        open(bridge.read(at + PREFETCHABLE_32, 4)),
                        wide(bridge, at + PREFETCHABLE_64)));
            }
            int next = bridge.read(at + 1, 1);
            // Lists are laid out downwards.
            at = next < at ? next : 0;
        }
        return Optional.empty();
    }

    private static long open(int narrow) {
        return narrow == OPEN ? OPEN : Integer.toUnsignedLong(narrow);
    }

    private static long wide(Registers bridge, int at) {
        return bridge.read(at, 4) & 0xFFFF_FFFFL | (long) bridge.read(at + 4, 4) << 32;
    }
}
