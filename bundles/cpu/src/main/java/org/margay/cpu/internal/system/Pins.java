package org.margay.cpu.internal.system;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.margay.cpu.internal.apic.DeliveryMode;
import org.margay.cpu.internal.apic.LocalApic;
import org.margay.machine.CpuPins;

/** The board's way to one processor: its local APIC, and the A20 gate. */
public final class Pins implements CpuPins {
    private final LocalApic apic;
    private final Consumer<Boolean> a20;

    /** @param a20 told the state of the gate, true when address bit 20 counts */
    public Pins(SystemUnit unit, Consumer<Boolean> a20) {
        this.apic = unit.apic();
        this.a20 = a20;
    }

    @Override
    public void setIntr(boolean high) {
        apic.setLint0(high);
    }

    @Override
    public void nmi() {
        apic.pulseLint1();
    }

    @Override
    public boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level) {
        return apic.deliver(destination, logical, DeliveryMode.numbered(deliveryMode), vector, level);
    }

    @Override
    public void onEndOfInterrupt(IntConsumer listener) {
        apic.onEndOfInterrupt(listener);
    }

    @Override
    public void setA20(boolean enabled) {
        a20.accept(enabled);
    }
}
