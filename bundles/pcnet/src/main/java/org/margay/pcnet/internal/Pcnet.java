package org.margay.pcnet.internal;

import java.util.Collection;
import org.margay.machine.Clock;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.Timer;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Nic;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciRegister;

/**
 * An AMD PCnet-PCI II (Am79C970A data sheet, publication 19436, "I/O Resources"): its registers behind an address port,
 * in 16 or 32 bits, and the timer by which it looks at its rings unasked.
 */
final class Pcnet implements PciDevice<Pcnet.State>, IoHandler, NetClient.Handler, Transmitter.Way {
    static final String NAME = "pcnet";

    static final int MIN_GRANT = 0x06;
    static final int MAX_LATENCY = 0xFF;

    private static final PciIdentity IDENTITY = new PciIdentity(0x1022, 0x2000, 0x10, 0x020000, 0, 0, 1);

    private static final int PCI_MIN_GRANT = 0x3E;
    /** Medium DEVSEL# timing, fast back-to-back. */
    private static final int PCI_STATUS = 0x0280;

    private static final int PORTS = 0x20;
    private static final int ROM_SOCKET = 64 << 10;

    /** Ports behind the address PROM; they are 2 or 4 bytes apart. */
    private static final int REGISTER_DATA = 0;

    private static final int REGISTER_ADDRESS = 1;
    private static final int RESET = 2;
    private static final int BUS_DATA = 3;

    private static final int ADDRESS_MASK = 0x7F;

    /** Nanoseconds of a clock of the bus at 33 MHz. */
    private static final long CLOCK = 30;

    /** No driver needs a look more often. */
    private static final long SHORTEST_INTERVAL = 50_000;

    /** How often the interval doubles, at most, while nothing is found. */
    private static final int MOST_IDLE = 4;

    /**
     * All that the guest can see.
     *
     * @param address register address port
     * @param poll when the rings are looked at, or {@link Timer#NEVER}
     * @param idle how many looks found nothing
     */
    record State(
            PciFunction.State pci,
            ControlRegisters.State control,
            BusRegisters.State bus,
            int address,
            long poll,
            int idle) {
        State {
            if (pci == null
                    || control == null
                    || bus == null
                    || (address & ~ADDRESS_MASK) != 0
                    || poll < 0
                    || idle < 0
                    || idle > MOST_IDLE) {
                throw new IllegalArgumentException("PCnet state out of range");
            }
        }
    }

    private final Nic nic;
    private final PciBus bus;
    private final PciFunction pci;
    private final Clock clock;
    private final Timer poll;
    private final AddressProm prom;
    private final ChipStatus chip;
    private final Layout layout = new Layout();
    private final Station station = new Station();
    private final Receiver receiver;
    private final Transmitter transmitter;
    private final BusRegisters busRegisters;
    private final ControlRegisters controlRegisters;
    private int address;
    private int idle;
    private boolean plugged;

    Pcnet(PcnetProperties properties, DeviceContext context) throws DeviceException {
        bus = (PciBus) context.bus();
        pci = new PciFunction(NAME, context.id().orElse(""), IDENTITY);
        pci.config().set(PciRegister.STATUS, 2, PCI_STATUS);
        pci.config().set(PCI_MIN_GRANT, 2, MAX_LATENCY << 8 | MIN_GRANT);
        addBar(0, PciBar.Kind.IO, "pcnet.io");
        addBar(1, PciBar.Kind.MEMORY, "pcnet.mem");
        ExpansionRom.add(pci, properties.pci(), ROM_SOCKET);
        clock = context.machine().virtualClock();
        poll = clock.timer(this::poll);
        chip = new ChipStatus(pci);
        receiver = new Receiver(pci, chip, station, layout);
        transmitter = new Transmitter(pci, chip, station, layout, this);
        nic = Nic.attach(NAME, properties.nic(), context, this);
        prom = new AddressProm(nic.mac(), BusRegisters.inEeprom());
        busRegisters = new BusRegisters(prom, layout, chip);
        controlRegisters = new ControlRegisters(pci, chip, station, layout, receiver, transmitter, this::changed);
        try {
            properties.pci().plug(pci, bus);
        } catch (DeviceException e) {
            nic.close();
            throw e;
        }
        plugged = true;
        reset();
    }

    private void addBar(int index, PciBar.Kind kind, String name) {
        pci.addBar(new PciBar(index, kind, MemoryRegion.io(name, PORTS, AccessSizes.UP_TO_4, this)));
    }

    @Override
    public PciFunction pci() {
        return pci;
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return nic.properties();
    }

    @Override
    public void reset() {
        pci.reset();
        busRegisters.reset();
        busRegisters.setLink(nic.linkUp());
        layout.setBlock(0);
        softReset();
    }

    private void softReset() {
        address = 0;
        controlRegisters.reset(prom.address());
        changed();
    }

    @Override
    public void close() {
        bus.unplug(pci);
        poll.disarm();
        nic.close();
    }

    /** Which register a port is, or -1 when it can't be accessed in this width. */
    private int register(int offset, int size) {
        int width = busRegisters.doubleWordIo() ? 4 : 2;
        int place = offset - AddressProm.SIZE;
        return size == width && place % width == 0 ? place / width : -1;
    }

    @Override
    public long read(long offset, int size) {
        if (offset < AddressProm.SIZE) {
            return readProm((int) offset, size);
        }
        return switch (register((int) offset, size)) {
            case REGISTER_DATA -> controlRegisters.read(address);
            case REGISTER_ADDRESS -> address;
            case RESET -> {
                softReset();
                yield 0;
            }
            case BUS_DATA -> busRegisters.read(address);
            default -> -1;
        };
    }

    private long readProm(int offset, int size) {
        long value = 0;
        for (int i = Math.min(size, AddressProm.SIZE - offset) - 1; i >= 0; i--) {
            value = value << 8 | prom.read(offset + i);
        }
        return value;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset < AddressProm.SIZE) {
            writeProm((int) offset, size, value);
            return;
        }
        if (offset == AddressProm.SIZE && size == 4 && !busRegisters.doubleWordIo()) {
            busRegisters.enterDoubleWordIo();
            return;
        }
        int word = (int) value & 0xFFFF;
        switch (register((int) offset, size)) {
            case REGISTER_DATA -> controlRegisters.write(address, word);
            case REGISTER_ADDRESS -> address = word & ADDRESS_MASK;
            case BUS_DATA -> busRegisters.write(address, word);
            default -> {}
        }
    }

    private void writeProm(int offset, int size, long value) {
        if (busRegisters.promWritable()) {
            for (int i = 0; i < size && offset + i < AddressProm.SIZE; i++) {
                prom.write(offset + i, (int) (value >>> (8 * i)));
            }
        }
    }

    /** Something may have changed for the better: sends what is demanded, takes what waits. */
    private void changed() {
        idle = 0;
        if (chip.is(ChipStatus.DEMAND)) {
            transmitter.run();
        }
        takeWaiting();
    }

    /** A look at the rings that nobody asked for. */
    private void poll() {
        boolean found = polls() && transmitter.run();
        idle = found ? 0 : Math.min(idle + 1, MOST_IDLE);
        takeWaiting();
    }

    /** The timer runs on when the transmit ring is to be looked at again, or frames wait for buffers. */
    private void takeWaiting() {
        poll.disarm();
        nic.client().ready();
        if (polls()) {
            lookAgain();
        }
    }

    private boolean polls() {
        boolean unasked = !chip.feature(ChipStatus.NO_POLLING) || chip.is(ChipStatus.DEMAND);
        return chip.transmits() && unasked;
    }

    private void lookAgain() {
        long interval = Math.max(SHORTEST_INTERVAL, controlRegisters.pollInterval() * CLOCK);
        poll.arm(clock.nanos() + (interval << idle));
    }

    @Override
    public boolean canReceive() {
        boolean room = receiver.hasRoom();
        if (!room && !chip.quiet() && !poll.armed()) {
            lookAgain();
        }
        return room;
    }

    @Override
    public void receive(Frame frame) {
        receiver.receive(frame);
    }

    @Override
    public void drained() {
        transmitter.drained();
    }

    @Override
    public boolean send(Frame frame) {
        return nic.client().send(frame);
    }

    @Override
    public void loop(Frame frame) {
        receiver.receive(frame);
    }

    @Override
    public boolean carrier() {
        return busRegisters.linkUp();
    }

    /** Also called while the card is being connected, before there is anything to tell. */
    @Override
    public void linkChanged() {
        if (plugged) {
            busRegisters.setLink(nic.linkUp());
        }
    }

    @Override
    public State save() {
        return new State(pci.save(), controlRegisters.save(), busRegisters.save(), address, poll.deadline(), idle);
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        busRegisters.restore(state.bus);
        controlRegisters.restore(state.control);
        address = state.address;
        idle = state.idle;
        // What had to wait for the network then goes on with the network that is there now.
        long deadline = chip.is(ChipStatus.DEMAND) && chip.transmits() ? clock.nanos() : state.poll;
        if (deadline == Timer.NEVER) {
            poll.disarm();
        } else {
            poll.arm(deadline);
        }
    }
}
