package org.margay.ide.internal;

import org.margay.machine.IrqLine;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.pc.IsaBus;
import org.margay.testkit.DeviceBench;

/** The ISA bus of a bench: its interrupt lines are the bench's lines "irq14" and so on. */
record BenchIsaBus(DeviceBench bench) implements IsaBus {
    @Override
    public MemoryRegion ports() {
        return bench.ports();
    }

    @Override
    public MemoryRegion memory() {
        return bench.memory();
    }

    @Override
    public IrqLine irq(int number) {
        return bench.line("irq" + number);
    }

    @Override
    public DmaChannel dma(int channel) {
        throw new UnsupportedOperationException("no DMA on this bench");
    }

    @Override
    public String name() {
        return "isa.0";
    }

    @Override
    public String type() {
        return "ISA";
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }
}
