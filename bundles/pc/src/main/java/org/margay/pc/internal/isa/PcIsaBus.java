package org.margay.pc.internal.isa;

import java.util.function.IntFunction;
import org.margay.machine.IrqLine;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.pc.IsaBus;

/**
 * The board's ISA bus.
 *
 * @param irqs makes an own wire to an interrupt line
 */
public record PcIsaBus(MemoryRegion ports, MemoryRegion memory, IntFunction<IrqLine> irqs, DmaPair dma)
        implements IsaBus {
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

    @Override
    public IrqLine irq(int number) {
        if (number < 0 || number > 15 || number == 2) {
            throw new IllegalArgumentException("ISA interrupt " + number);
        }
        return irqs.apply(number);
    }

    @Override
    public DmaChannel dma(int channel) {
        return dma.channel(channel);
    }
}
