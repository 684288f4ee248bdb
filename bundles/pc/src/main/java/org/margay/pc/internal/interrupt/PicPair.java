package org.margay.pc.internal.interrupt;

import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * The two cascaded {@link I8259 interrupt controllers} of a PC: master at ports 20h-21h, slave at A0h-A1h on the master's
 * input 2, edge/level control registers at 4D0h-4D1h (Intel 82371SB data sheet, section 2.5.4 "Interrupt controller").
 */
public final class PicPair implements Device<PicPair.State> {
    public static final int INPUTS = 16;
    /** The master's input that the slave drives. */
    public static final int CASCADE = 2;

    public static final int MASTER_PORT = 0x20;
    public static final int SLAVE_PORT = 0xA0;

    /** Inputs that may be level-triggered: not those of timer, keyboard and cascade. */
    public static final int MASTER_ELCR = 0xF8;

    /** Inputs that may be level-triggered: not those of real-time clock and coprocessor. */
    public static final int SLAVE_ELCR = 0xDE;

    /** Both controllers. */
    public record State(I8259.State master, I8259.State slave) {
        public State {
            if (master == null || slave == null) {
                throw new IllegalArgumentException("two 8259A");
            }
        }
    }

    private final I8259 master = new I8259(MASTER_ELCR, CASCADE);
    private final I8259 slave = new I8259(SLAVE_ELCR, 0);
    private final MemoryRegion ports;
    private final IrqLine intr;
    private final MemoryRegion masterRegion = region("pic", master);
    private final MemoryRegion slaveRegion = region("pic2", slave);
    private final MemoryRegion elcrRegion = MemoryRegion.io("elcr", 2, AccessSizes.BYTE, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return controller(offset).elcr();
        }

        @Override
        public void write(long offset, int size, long value) {
            controller(offset).setElcr((int) value);
            update();
        }

        private I8259 controller(long offset) {
            return offset == 0 ? master : slave;
        }
    });

    /**
     * Maps the registers.
     *
     * @param intr the wire to the processor's INTR
     */
    public PicPair(MemoryRegion ports, IrqLine intr) {
        this.ports = ports;
        this.intr = intr;
        ports.add(masterRegion, MASTER_PORT);
        ports.add(slaveRegion, SLAVE_PORT);
        ports.add(elcrRegion, 0x4D0);
    }

    private MemoryRegion region(String name, I8259 controller) {
        return MemoryRegion.io(name, 2, AccessSizes.BYTE, new IoHandler() {
            @Override
            public long read(long offset, int size) {
                int value = offset == 0 ? controller.readCommandPort() : controller.readDataPort();
                update();
                return value;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (offset == 0) {
                    controller.writeCommandPort((int) value);
                } else {
                    controller.writeDataPort((int) value);
                }
                update();
            }
        });
    }

    /** The wire to an input, 0 to 15 but 2. */
    public IrqLine input(int number) {
        I8259 controller = number < 8 ? master : slave;
        return high -> {
            controller.setInput(number & 7, high);
            update();
        };
    }

    /** INTA: the vector of the interrupt that is taken, a spurious one's if its cause has gone. */
    public int acknowledge() {
        int input = master.acknowledge();
        int vector = master.vector(input);
        if (input == CASCADE) {
            vector = slave.vector(slave.acknowledge());
        }
        update();
        return vector;
    }

    private void update() {
        master.setInput(CASCADE, slave.pending() >= 0);
        intr.set(master.pending() >= 0);
    }

    @Override
    public void reset() {
        master.reset();
        slave.reset();
        update();
    }

    @Override
    public State save() {
        return new State(master.save(), slave.save());
    }

    @Override
    public void restore(State state) {
        master.restore(state.master);
        slave.restore(state.slave);
        update();
    }

    @Override
    public void close() {
        ports.remove(masterRegion);
        ports.remove(slaveRegion);
        ports.remove(elcrRegion);
        intr.set(false);
    }
}
