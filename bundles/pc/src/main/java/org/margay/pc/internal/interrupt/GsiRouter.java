package org.margay.pc.internal.interrupt;

import java.util.ArrayList;
import java.util.List;
import org.margay.machine.IrqLine;

/**
 * The board's global system interrupts: lines 0 to 15 are the ISA ones and end at the PIC pair and the I/O APIC, 16 to 23 at
 * the I/O APIC alone. The timer's line 0 ends at the I/O APIC's pin 2 (ACPI's interrupt source override says so), since the
 * PIC's input 2 is the cascade.
 */
public final class GsiRouter {
    private static final int TIMER_PIN = 2;

    private final List<SharedLine> lines = new ArrayList<>();

    public GsiRouter(PicPair pics, IoApic ioApic) {
        for (int gsi = 0; gsi < IoApic.PINS; gsi++) {
            List<IrqLine> ends = new ArrayList<>();
            if (gsi < PicPair.INPUTS && gsi != PicPair.CASCADE) {
                ends.add(pics.input(gsi));
            }
            if (gsi != TIMER_PIN) {
                ends.add(ioApic.pin(gsi == 0 ? TIMER_PIN : gsi));
            }
            lines.add(new SharedLine(ends));
        }
    }

    /** A new wire to a line, 0 to 23. */
    public IrqLine connect(int gsi) {
        return lines.get(gsi).connect();
    }

    public boolean high(int gsi) {
        return lines.get(gsi).high();
    }
}
