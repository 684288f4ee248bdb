package org.margay.itests.driver;

import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;

/** The smallest card: one register that keeps what is written to it. */
final class LatchDriver implements DeviceDriver<LatchDriver.Properties, LatchDriver.State> {
    static final String NAME = "x-latch";

    /** Only those of all cards. */
    record Properties(PciProperties pci) {}

    /** What the guest can see. */
    record State(PciFunction.State pci, int value) {}

    private final Behaviour behaviour;

    LatchDriver(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "a latch";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public PciDevice<State> create(Properties properties, DeviceContext context) throws DeviceException {
        behaviour.in(Behaviour.THROWS_IN_CREATE);
        return new Latch(properties, context);
    }

    private final class Latch implements PciDevice<State>, IoHandler {
        private final PciBus bus;
        private final PciFunction pci;
        private int value;

        Latch(Properties properties, DeviceContext context) throws DeviceException {
            bus = (PciBus) context.bus();
            pci = new PciFunction(NAME, context.id().orElse(""), new PciIdentity(0x1234, 0x5678, 1, 0xFF0000, 1));
            pci.addBar(new PciBar(0, PciBar.Kind.MEMORY, MemoryRegion.io(NAME, 0x1000, AccessSizes.ONLY_4, this)));
            properties.pci().plug(pci, bus);
        }

        @Override
        public PciFunction pci() {
            return pci;
        }

        @Override
        public long read(long offset, int size) {
            behaviour.in(Behaviour.THROWS_IN_READ);
            return value;
        }

        @Override
        public void write(long offset, int size, long written) {
            value = (int) written;
        }

        @Override
        public void reset() {
            behaviour.in(Behaviour.THROWS_IN_RESET);
            pci.reset();
            value = 0;
        }

        @Override
        public State save() {
            behaviour.in(Behaviour.THROWS_IN_SAVE);
            return new State(pci.save(), value);
        }

        @Override
        public void restore(State state) {
            if (behaviour == Behaviour.REFUSES_STATE) {
                throw new IllegalArgumentException("this latch is another");
            }
            pci.restore(state.pci());
            value = state.value();
        }

        @Override
        public void close() {
            bus.unplug(pci);
        }
    }
}
