package org.margay.pc.internal.piix;

import java.util.List;
import org.margay.machine.IrqLine;
import org.margay.pci.InterruptRouter;

/**
 * The PIIX3's way from the four PCI interrupt wires PIRQA# to PIRQD# to ISA interrupts (82371SB datasheet, 290550, section
 * 2.2.9 "PIRQ[A:D]# route control"). How slots are soldered to the wires is the PC board's: each slot rotates by one, and
 * INTA# of slot 1 is PIRQA#.
 */
public final class PirqRouter implements InterruptRouter {
    private static final int WIRES = 4;
    /** Route register: 1 leads nowhere. */
    private static final int DISABLED = 0x80;

    private static final int RESERVED_IRQS = 1 | 1 << 1 | 1 << 2 | 1 << 8 | 1 << 13;

    private final List<IrqLine> irqs;
    private final int[] routes = {DISABLED, DISABLED, DISABLED, DISABLED};
    private final boolean[] asserted = new boolean[WIRES];
    private int driven;

    /**
     * Makes the router with all wires disconnected.
     *
     * @param irqs the 16 ISA interrupts
     */
    public PirqRouter(List<IrqLine> irqs) {
        this.irqs = List.copyOf(irqs);
        if (irqs.size() != 16) {
            throw new IllegalArgumentException("%d ISA interrupts".formatted(irqs.size()));
        }
    }

    @Override
    public int wire(int slot, int pin) {
        return slot + pin - 1 & WIRES - 1;
    }

    @Override
    public void set(int wire, boolean high) {
        asserted[wire] = high;
        update();
    }

    /** Sets a route register: bit 7 disconnects, bits 3-0 are the ISA interrupt. */
    void route(int wire, int register) {
        routes[wire] = register;
        update();
    }

    private void update() {
        int wanted = 0;
        for (int wire = 0; wire < WIRES; wire++) {
            if (asserted[wire] && (routes[wire] & DISABLED) == 0) {
                wanted |= 1 << (routes[wire] & 15);
            }
        }
        wanted &= ~RESERVED_IRQS;
        int changed = wanted ^ driven;
        driven = wanted;
        for (int irq = 0; irq < irqs.size(); irq++) {
            if ((changed >>> irq & 1) != 0) {
                irqs.get(irq).set((wanted >>> irq & 1) != 0);
            }
        }
    }
}
