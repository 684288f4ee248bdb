package org.margay.pc.internal;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.margay.machine.CpuPins;
import org.margay.machine.CpuWiring;

/**
 * How the board meets its processors.
 *
 * @param pins gets each processor's pins
 * @param acknowledge the PIC's INTA
 * @param endOfInterrupt the I/O APIC's
 * @param ferr takes FERR#
 */
record BoardWiring(List<CpuPins> pins, IntSupplier acknowledge, IntConsumer endOfInterrupt, Runnable ferr)
        implements CpuWiring {
    @Override
    public int acknowledgeInterrupt() {
        return acknowledge.getAsInt();
    }

    @Override
    public void floatError() {
        ferr.run();
    }

    @Override
    public void attach(CpuPins processor) {
        pins.add(processor);
        processor.onEndOfInterrupt(endOfInterrupt);
    }
}
