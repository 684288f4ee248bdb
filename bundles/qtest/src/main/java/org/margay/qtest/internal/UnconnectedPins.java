package org.margay.qtest.internal;

import java.util.function.IntConsumer;
import org.margay.machine.CpuPins;

/** The pins of a processor that is not there: messages to its APIC are taken by nobody. */
final class UnconnectedPins implements CpuPins {
    @Override
    public void setIntr(boolean high) {}

    @Override
    public void nmi() {}

    @Override
    public boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level) {
        return false;
    }

    @Override
    public void onEndOfInterrupt(IntConsumer listener) {}

    @Override
    public void setA20(boolean enabled) {}
}
