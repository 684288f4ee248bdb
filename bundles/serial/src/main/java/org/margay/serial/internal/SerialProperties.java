package org.margay.serial.internal;

import org.jspecify.annotations.Nullable;

/**
 * Properties of isa-serial.
 *
 * @param index 0 to 3, COM1 to COM4: chooses port and interrupt; by default the first that is free
 * @param iobase first of its eight I/O ports
 * @param irq ISA interrupt
 * @param chardev what it is connected to
 * @param wakeup 1 lets a character wake a suspended machine
 */
public record SerialProperties(
        @Nullable Integer index,
        @Nullable Integer iobase,
        @Nullable Integer irq,
        @Nullable String chardev,
        @Nullable Integer wakeup) {
    /** COM1 to COM4. */
    static final int MAXIMUM = 4;

    private static final int[] BASES = {0x3F8, 0x2F8, 0x3E8, 0x2E8};
    private static final int[] IRQS = {4, 3, 4, 3};

    public SerialProperties {
        if (index != null && index >= MAXIMUM) {
            throw new IllegalArgumentException("Max. supported number of ISA serial ports is %d.".formatted(MAXIMUM));
        }
        if (iobase != null && (iobase < -1 || iobase > 0x10000 - Uart16550.PORTS)) {
            throw new IllegalArgumentException("Property 'isa-serial.iobase' is not a port: %#x".formatted(iobase));
        }
        if (irq != null && (irq < -1 || irq > 15 || irq == 2)) {
            throw new IllegalArgumentException("Property 'isa-serial.irq' is not an ISA interrupt: " + irq);
        }
    }

    /** The first I/O port for a port of this index. */
    int base(int portIndex) {
        return iobase == null || iobase < 0 ? BASES[portIndex] : iobase;
    }

    /** The interrupt for a port of this index. */
    int interrupt(int portIndex) {
        return irq == null || irq < 0 ? IRQS[portIndex] : irq;
    }

    boolean wakes() {
        return wakeup != null && wakeup != 0;
    }
}
