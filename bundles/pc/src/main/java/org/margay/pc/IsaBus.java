package org.margay.pc;

import org.margay.machine.Bus;
import org.margay.machine.IrqLine;
import org.margay.memory.MemoryRegion;

/** The ISA bus "isa.0" behind the PIIX3. Published on the machine when the board is built. Under the machine lock. */
public interface IsaBus extends Bus {
    /** Where devices map their ports: the container of all 65,536. */
    MemoryRegion ports();

    /** Where devices map memory: the container of all guest-physical addresses. */
    MemoryRegion memory();

    /**
     * An own wire to one of the bus's interrupt lines; a line is high while any of its wires is.
     *
     * @param number 0 to 15 but 2
     */
    IrqLine irq(int number);

    /**
     * A channel of the DMA controllers.
     *
     * @param channel 0 to 3 move bytes, 5 to 7 words
     */
    DmaChannel dma(int channel);
}
