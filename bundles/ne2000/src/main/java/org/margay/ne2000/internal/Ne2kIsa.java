package org.margay.ne2000.internal;

import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.net.NicProperties;
import org.margay.pc.IsaBus;

/** A Novell NE2000 on the ISA bus. */
final class Ne2kIsa extends Ne2000<Dp8390.State> {
    static final String NAME = "ne2k_isa";

    /**
     * Properties of ne2k_isa.
     *
     * @param iobase first of its 32 ports
     * @param irq ISA interrupt
     */
    public record Properties(
            @Default("0x300") @PropertyType("uint32") int iobase,
            @Default("9") @PropertyType("uint32") int irq,
            NicProperties nic) {
        public Properties {
            if (iobase < 0 || iobase > 0x10000 - PORTS) {
                throw new IllegalArgumentException("Property 'ne2k_isa.iobase' is not a port: %#x".formatted(iobase));
            }
            if (irq < 0 || irq > 15 || irq == 2) {
                throw new IllegalArgumentException("Property 'ne2k_isa.irq' is not an ISA interrupt: " + irq);
            }
        }
    }

    private final IsaBus bus;
    private final IrqLine interrupt;
    private final MemoryRegion region = MemoryRegion.io("ne2000", PORTS, AccessSizes.UP_TO_2, this);

    Ne2kIsa(Properties properties, DeviceContext context) throws DeviceException {
        super(NAME, properties.nic(), context);
        bus = (IsaBus) context.bus();
        interrupt = bus.irq(properties.irq());
        bus.ports().add(region, properties.iobase());
        reset();
    }

    @Override
    public void reset() {
        memory().setProm(Rtl8029.prom(nic().mac()));
        controller().powerOn();
    }

    @Override
    public void close() {
        bus.ports().remove(region);
        interrupt.set(false);
        super.close();
    }

    @Override
    public void setInterrupt(boolean asserted) {
        interrupt.set(asserted);
    }

    /** There is nothing but the controller. */
    @Override
    public int readOwn(int page, int register) {
        return 0;
    }

    @Override
    public void writeOwn(int page, int register, int value) {}

    @Override
    public Dp8390.State save() {
        return controller().save();
    }

    @Override
    public void restore(Dp8390.State state) {
        controller().restore(state);
    }
}
