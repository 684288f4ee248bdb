package org.margay.cpu.internal.engine;

import java.util.function.IntConsumer;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.apic.ApicNetwork;
import org.margay.cpu.internal.apic.DeliveryMode;
import org.margay.cpu.internal.system.SystemUnit;
import org.margay.machine.CpuPins;

/** A processor's pins: wires and messages go to its local APIC. Under the machine lock. */
final class Pins implements CpuPins {
    private final Cpu cpu;
    private final SystemUnit system;
    private final ApicNetwork network;

    Pins(Cpu cpu, SystemUnit system, ApicNetwork network) {
        this.cpu = cpu;
        this.system = system;
        this.network = network;
    }

    @Override
    public void setIntr(boolean high) {
        system.apic().setLint0(high);
    }

    @Override
    public void nmi() {
        system.apic().pulseLint1();
    }

    @Override
    public boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level) {
        return network.deliver(destination, logical, DeliveryMode.numbered(deliveryMode), vector, level);
    }

    @Override
    public void onEndOfInterrupt(IntConsumer listener) {
        system.apic().onEndOfInterrupt(listener);
    }

    @Override
    public void setA20(boolean enabled) {
        cpu.mmu.setA20(enabled);
        cpu.request(Cpu.REQUEST_FLUSH);
    }
}
