package org.margay.pci;

/**
 * Message signalled interrupts (PCI Local Bus Specification 3.0, section 6.8.1): up to 32 vectors that share one address and
 * differ in the low bits of the data. All registers are in configuration space. Under the machine lock.
 */
public final class PciMsi implements MessageInterrupts {
    /** Capability id (appendix H). */
    public static final int CAPABILITY = 0x05;

    private static final int MOST_VECTORS = 32;
    private static final int CONTROL = 2;
    private static final int ADDRESS = 4;
    private static final int ENABLE = 1;
    private static final int CAPABLE_SHIFT = 1;
    private static final int ALLOCATED_SHIFT = 4;
    private static final int WIDE = 1 << 7;
    private static final int MASKABLE = 1 << 8;

    private final PciFunction pci;
    private final int vectors;
    private final boolean wide;
    private final boolean maskable;
    private final int offset;

    private PciMsi(PciFunction pci, int vectors, boolean wide, boolean maskable) {
        this.pci = pci;
        this.vectors = vectors;
        this.wide = wide;
        this.maskable = maskable;
        this.offset = pci.addCapability(CAPABILITY, (wide ? 14 : 10) + (maskable ? 10 : 0));
        ConfigSpace config = pci.config();
        int capable = Integer.numberOfTrailingZeros(vectors);
        config.set(offset + CONTROL, 2, capable << CAPABLE_SHIFT | (wide ? WIDE : 0) | (maskable ? MASKABLE : 0));
        config.writable(offset + CONTROL, 2, 7 << ALLOCATED_SHIFT | ENABLE);
        config.writable(offset + ADDRESS, 4, ~3);
        if (wide) {
            config.writable(offset + ADDRESS + 4, 4, -1);
        }
        config.writable(data(), 2, 0xFFFF);
        if (maskable) {
            int all = -1 >>> (MOST_VECTORS - vectors);
            config.writable(mask(), 4, all);
            config.driven(pending(), 4, all);
        }
    }

    /** As {@link #add(PciFunction, int, boolean, boolean)}, without mask bits. */
    public static PciMsi add(PciFunction pci, int vectors, boolean wide) {
        return add(pci, vectors, wide, false);
    }

    /**
     * Gives a function the capability, before it is plugged.
     *
     * @param vectors a power of two up to 32
     * @param wide whether addresses have 64 bits
     * @param maskable whether vectors can be masked one by one
     */
    public static PciMsi add(PciFunction pci, int vectors, boolean wide, boolean maskable) {
        if (vectors < 1 || vectors > MOST_VECTORS || Integer.bitCount(vectors) != 1) {
            throw new IllegalArgumentException("%d MSI vectors".formatted(vectors));
        }
        PciMsi made = new PciMsi(pci, vectors, wide, maskable);
        pci.interruptsBy(made);
        return made;
    }

    /** How many vectors the function has; the guest may allocate less. */
    public int vectors() {
        return vectors;
    }

    @Override
    public boolean enabled() {
        return (control() & ENABLE) != 0;
    }

    /**
     * Interrupts, now or when the vector is unmasked; nothing happens while MSI is off. When the guest allocated fewer vectors,
     * the upper ones fall together with the lower ones.
     */
    public void notify(int vector) {
        if (!enabled() || vector < 0 || vector >= vectors) {
            return;
        }
        int effective = vector & allocated() - 1;
        if (maskable && (pci.config().get(mask(), 4) >>> effective & 1) != 0) {
            setPending(pci.config().get(pending(), 4) | 1 << effective);
        } else {
            send(effective);
        }
    }

    @Override
    public void configWritten() {
        if (!maskable || !enabled()) {
            return;
        }
        int free = pci.config().get(pending(), 4) & ~pci.config().get(mask(), 4);
        if (free != 0) {
            setPending(pci.config().get(pending(), 4) & ~free);
            for (int vector = 0; vector < vectors; vector++) {
                if ((free >>> vector & 1) != 0) {
                    send(vector);
                }
            }
        }
    }

    @Override
    public void reset() {}

    private void setPending(int bits) {
        pci.config().set(pending(), 4, bits);
    }

    private void send(int vector) {
        ConfigSpace config = pci.config();
        long address = config.get(offset + ADDRESS, 4) & 0xFFFF_FFFFL;
        if (wide) {
            address |= (long) config.get(offset + ADDRESS + 4, 4) << 32;
        }
        pci.sendMessage(address, config.getWord(data()) & -allocated() | vector & allocated() - 1);
    }

    /** A power of two. More than there are is more than the guest may ask for. */
    private int allocated() {
        return Math.min(1 << (control() >>> ALLOCATED_SHIFT & 7), vectors);
    }

    private int control() {
        return pci.config().getWord(offset + CONTROL);
    }

    private int data() {
        return offset + (wide ? 12 : 8);
    }

    private int mask() {
        return data() + 4;
    }

    private int pending() {
        return data() + 8;
    }
}
