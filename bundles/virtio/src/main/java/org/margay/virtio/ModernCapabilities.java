package org.margay.virtio;

import org.margay.pci.ConfigSpace;
import org.margay.pci.PciFunction;

/**
 * The vendor capabilities by which a driver finds {@link ModernRegisters} (virtio 1.2, 4.1.4), and the one that is a window to
 * them for drivers that reach configuration space only (4.1.4.9).
 */
final class ModernCapabilities {
    private static final int VENDOR_SPECIFIC = 9;
    private static final int LENGTH = 2;
    private static final int TYPE = 3;
    private static final int BAR = 4;
    private static final int OFFSET = 8;
    private static final int AREA_LENGTH = 12;
    private static final int SIZE = 16;

    private static final int COMMON_CONFIG = 1;
    private static final int NOTIFY_CONFIG = 2;
    private static final int ISR_CONFIG = 3;
    private static final int DEVICE_CONFIG = 4;
    private static final int PCI_CONFIG = 5;

    private final PciFunction pci;
    private final int bar;
    private final ModernRegisters registers;
    private final int window;

    /** Adds all of them to a function that is not plugged yet. */
    ModernCapabilities(PciFunction pci, int bar, ModernRegisters registers) {
        this.pci = pci;
        this.bar = bar;
        this.registers = registers;
        add(COMMON_CONFIG, SIZE, ModernRegisters.COMMON);
        add(ISR_CONFIG, SIZE, ModernRegisters.ISR);
        add(DEVICE_CONFIG, SIZE, ModernRegisters.DEVICE);
        int notify = add(NOTIFY_CONFIG, SIZE + 4, ModernRegisters.NOTIFY);
        pci.config().set(notify + SIZE, 4, ModernRegisters.NOTIFY_MULTIPLIER);
        window = add(PCI_CONFIG, SIZE + 4);
        ConfigSpace config = pci.config();
        config.writable(window + BAR, 1, 0xFF);
        config.writable(window + OFFSET, 4, -1);
        config.writable(window + AREA_LENGTH, 4, -1);
        config.writable(window + SIZE, 4, -1);
        pci.onConfigRead((offset, size) -> {
            if (inWindow(offset, size)) {
                readWindow();
            }
        });
        pci.onConfigWrite((offset, size) -> {
            if (inWindow(offset, size)) {
                writeWindow();
            }
        });
    }

    private int add(int type, int size) {
        int at = pci.addCapability(VENDOR_SPECIFIC, size);
        pci.config().set(at + LENGTH, 1, size);
        pci.config().set(at + TYPE, 1, type);
        return at;
    }

    private int add(int type, int size, int page) {
        int at = add(type, size);
        pci.config().set(at + BAR, 1, bar);
        pci.config().set(at + OFFSET, 4, page);
        pci.config().set(at + AREA_LENGTH, 4, ModernRegisters.PAGE);
        return at;
    }

    /** Whether an access reaches the window's data. */
    private boolean inWindow(int offset, int size) {
        return offset < window + SIZE + 4 && offset + size > window + SIZE;
    }

    /** Bytes that the driver chose, or 0 when it chose what can't be. */
    private int chosenSize() {
        ConfigSpace config = pci.config();
        int size = config.get(window + AREA_LENGTH, 4);
        long offset = chosenOffset();
        boolean fits = offset % Math.max(1, size) == 0 && offset + size <= ModernRegisters.SIZE;
        return config.getByte(window + BAR) == bar && (size == 1 || size == 2 || size == 4) && fits ? size : 0;
    }

    private long chosenOffset() {
        return pci.config().get(window + OFFSET, 4) & 0xFFFF_FFFFL;
    }

    private void readWindow() {
        int size = chosenSize();
        if (size != 0) {
            pci.config().set(window + SIZE, size, (int) registers.read(chosenOffset(), size));
        }
    }

    private void writeWindow() {
        int size = chosenSize();
        if (size != 0) {
            int value = pci.config().get(window + SIZE, size);
            registers.write(chosenOffset(), size, value & -1L >>> 64 - 8 * size);
        }
    }
}
