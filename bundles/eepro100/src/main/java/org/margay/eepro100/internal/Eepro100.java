package org.margay.eepro100.internal;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.net.Frame;
import org.margay.net.Loopback;
import org.margay.net.NetClient;
import org.margay.net.Nic;
import org.margay.net.SerialEeprom;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;

/**
 * A fast Ethernet card with a chip of Intel's 8255x family ("8255x 10/100 Mbps Ethernet Controller Family Open Source Software
 * Developer Manual"; the section numbers in this package are its): PCI, wire, and the control/status registers of section 6.3.
 */
final class Eepro100 implements PciDevice<Eepro100.State>, IoHandler {
    private static final int MEMORY = 0x1000;
    private static final int PORTS = 0x40;
    private static final int FLASH = 0x2_0000;
    private static final int ROM_SOCKET = 0x1_0000;

    /** Offsets of registers, in bytes. */
    private static final int SCB_STATUS = 0x00;

    private static final int SCB_ACKNOWLEDGE = 0x01;
    private static final int SCB_COMMAND = 0x02;
    private static final int SCB_INTERRUPT_CONTROL = 0x03;
    private static final int SCB_POINTER = 0x04;
    private static final int PORT = 0x08;
    private static final int EEPROM = 0x0E;
    private static final int MANAGEMENT = 0x10;
    private static final int FLOW_CONTROL = 0x18;
    private static final int GENERAL = 0x1C;
    private static final int GENERAL_STATUS = 0x1D;

    private static final int PORT_RESET = 0;
    private static final int PORT_SELF_TEST = 1;
    private static final int PORT_SELECTIVE_RESET = 2;
    private static final int PORT_DUMP = 3;
    private static final int SELF_TEST_SIGNATURE = 0x04F4_518B;

    private static final int EEPROM_CLOCK = 1;
    private static final int EEPROM_SELECT = 1 << 1;
    private static final int EEPROM_DATA_IN = 1 << 2;
    private static final int EEPROM_DATA_OUT = 1 << 3;

    private static final int MANAGEMENT_WRITE = 1;
    private static final int MANAGEMENT_READ = 2;
    private static final int MANAGEMENT_READY = 1 << 28;
    private static final int MANAGEMENT_INTERRUPT = 1 << 29;
    private static final int MANAGEMENT_STORED = 0x3FFF_FFFF;

    /**
     * What the guest can see.
     *
     * @param pointer SCB general pointer
     * @param port bytes written to the PORT register so far
     * @param eepromControl pins of the EEPROM
     * @param management MDI control register
     * @param flowControl registers from 18h on
     * @param general general control register
     * @param dumpAddress where statistics go
     */
    record State(
            PciFunction.State pci,
            int pointer,
            int port,
            int eepromControl,
            int management,
            int flowControl,
            int general,
            int dumpAddress,
            SerialEeprom.State eeprom,
            Phy.State phy,
            ScbInterrupts.State interrupts,
            Configuration.State configuration,
            AddressFilter.State filter,
            Counters.State counters,
            CommandUnit.State commands,
            ReceiveUnit.State receiver) {
        State {
            if (pci == null
                    || eepromControl >>> 4 != 0
                    || (management & ~MANAGEMENT_STORED) != 0
                    || general >>> 8 != 0
                    || eeprom == null
                    || phy == null
                    || interrupts == null
                    || configuration == null
                    || filter == null
                    || counters == null
                    || commands == null
                    || receiver == null) {
                throw new IllegalArgumentException("card out of range");
            }
        }
    }

    private final Machine machine;
    private final PciBus bus;
    private final PciFunction pci;
    private final Generation generation;
    private final @Nullable PowerManagement power;
    private final Nic nic;
    private final Wire wire = new CardWire();
    private final SerialEeprom eeprom;
    private final Phy phy;
    private final ScbInterrupts interrupts;
    private final Configuration configuration;
    private final AddressFilter filter;
    private final Counters counters = new Counters();
    private final CommandUnit commands;
    private final ReceiveUnit receiver;
    private final Loopback loopback;
    private int pointer;
    private int port;
    private int eepromControl;
    private int management = MANAGEMENT_READY;
    private int flowControl;
    private int general;
    private int dumpAddress;
    /** Whether all parts are there: the wire calls while it is laid. */
    private boolean built;
    /** Whether a frame found no room since frames were last let in. */
    private boolean refused;

    private boolean closed;

    /**
     * Makes and plugs a card.
     *
     * @throws DeviceException when the wire can't be laid, or there is no room on the bus
     */
    Eepro100(Model model, Eepro100Properties properties, DeviceContext context) throws DeviceException {
        machine = context.machine();
        bus = (PciBus) context.bus();
        generation = model.generation();
        pci = new PciFunction(model.name(), context.id().orElse(""), model.identity());
        addBars(model.name());
        ExpansionRom.add(pci, properties.pci(), ROM_SOCKET);
        power = generation.atLeast(Generation.I82558) ? new PowerManagement(pci, generation) : null;

        nic = Nic.attach(model.name(), properties.nic(), context, new End());
        Clock clock = machine.virtualClock();
        eeprom = EepromContent.of(model, nic.mac());
        phy = new Phy(nic.linkUp());
        interrupts = new ScbInterrupts(pci, generation, clock);
        configuration = new Configuration(generation);
        filter = new AddressFilter(configuration, nic.mac());
        commands = new CommandUnit(pci, clock, generation, configuration, filter, counters, interrupts, wire);
        receiver = new ReceiveUnit(pci, configuration, filter, counters, interrupts, wire);
        loopback = new Loopback(context.label(), receiver::receive);
        try {
            properties.pci().plug(pci, bus);
        } catch (DeviceException e) {
            nic.close();
            throw e;
        }
        pci.onConfigWrite((_, _) -> configured());
        built = true;
    }

    private void addBars(String name) {
        pci.addBar(new PciBar(
                0,
                PciBar.Kind.MEMORY_PREFETCH,
                MemoryRegion.io(name + ".registers", MEMORY, AccessSizes.UP_TO_4, this)));
        pci.addBar(new PciBar(1, PciBar.Kind.IO, MemoryRegion.io(name + ".ports", PORTS, AccessSizes.UP_TO_4, this)));
        pci.addBar(new PciBar(
                2, PciBar.Kind.MEMORY, MemoryRegion.io(name + ".flash", FLASH, AccessSizes.UP_TO_8, new EmptyFlash())));
    }

    private void configured() {
        if (power != null && power.woken()) {
            softwareReset();
        }
        goOn();
    }

    /** Something that work waits for may have come. */
    private void goOn() {
        commands.work();
        wire.roomAgain();
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
    public long read(long offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | readByte((int) offset + i) & 0xFF;
        }
        return value;
    }

    private int readByte(int offset) {
        int shift = 8 * (offset & 3);
        return switch (offset) {
            case SCB_STATUS ->
                commands.activity().code() << 6 | receiver.activity().code() << 2;
            case SCB_ACKNOWLEDGE -> interrupts.status();
            // Commands are taken at once.
            case SCB_COMMAND -> 0;
            case SCB_INTERRUPT_CONTROL -> interrupts.control();
            case EEPROM -> eepromControl | (eeprom.dataOut() ? EEPROM_DATA_OUT : 0);
            case GENERAL -> general;
            case GENERAL_STATUS -> (phy.link() ? 1 : 0) | (phy.fast() ? 1 << 1 : 0) | (phy.fullDuplex() ? 1 << 2 : 0);
            default ->
                switch (offset & ~3) {
                    case SCB_POINTER -> pointer >>> shift;
                    case MANAGEMENT -> management >>> shift;
                    case FLOW_CONTROL -> flowControl >>> shift;
                    default -> 0;
                };
        };
    }

    /** A command is carried out after all else that is written with it. */
    @Override
    public void write(long offset, int size, long value) {
        int command = 0;
        for (int i = 0; i < size; i++) {
            int octet = (int) (value >>> (8 * i)) & 0xFF;
            if (offset + i == SCB_COMMAND) {
                command = octet;
            } else {
                writeByte((int) offset + i, octet);
            }
        }
        if (command != 0) {
            commandUnit(command >>> 4);
            receiveUnit(command & 7);
        }
    }

    private static int withByte(int old, int offset, int octet) {
        int shift = 8 * (offset & 3);
        return old & ~(0xFF << shift) | octet << shift;
    }

    private void writeByte(int offset, int octet) {
        switch (offset) {
            case SCB_ACKNOWLEDGE -> interrupts.acknowledge(octet);
            case SCB_INTERRUPT_CONTROL -> interrupts.control(octet);
            case EEPROM -> {
                eepromControl = octet & (EEPROM_CLOCK | EEPROM_SELECT | EEPROM_DATA_IN);
                eeprom.drive((octet & EEPROM_SELECT) != 0, (octet & EEPROM_CLOCK) != 0, (octet & EEPROM_DATA_IN) != 0);
            }
            case GENERAL -> general = octet;
            default -> {
                switch (offset & ~3) {
                    case SCB_POINTER -> pointer = withByte(pointer, offset, octet);
                    case PORT -> {
                        port = withByte(port, offset, octet);
                        if (offset == PORT + 3) {
                            portCommand();
                        }
                    }
                    case MANAGEMENT -> {
                        management = withByte(management, offset, octet) & MANAGEMENT_STORED;
                        if (offset == MANAGEMENT + 3) {
                            manage();
                        }
                    }
                    case FLOW_CONTROL -> flowControl = withByte(flowControl, offset, octet);
                    default -> {}
                }
            }
        }
    }

    /** The CU command field of section 6.3.2.2. */
    private void commandUnit(int command) {
        switch (command) {
            case 0x1 -> commands.start(pointer);
            case 0x2, 0xA -> commands.resume();
            case 0x4 -> dumpAddress = pointer;
            case 0x5 -> dumpCounters(false);
            case 0x6 -> commands.loadBase(pointer);
            case 0x7 -> dumpCounters(true);
            default -> {}
        }
    }

    private void dumpCounters(boolean reset) {
        counters.dump(pci.dma(), dumpAddress & 0xFFFF_FFFFL, configuration, reset);
    }

    /** The RU command field of section 6.3.2.2. */
    private void receiveUnit(int command) {
        switch (command) {
            case 1 -> receiver.start(pointer);
            case 2 -> receiver.resume();
            case 4 -> receiver.abort();
            case 6 -> receiver.loadBase(pointer);
            default -> {}
        }
    }

    /** The PORT register, section 6.3.3. */
    private void portCommand() {
        long address = port & 0xFFFF_FFF0L;
        switch (port & 0xF) {
            case PORT_RESET -> softwareReset();
            case PORT_SELF_TEST -> {
                pci.dma().writeInt(address, SELF_TEST_SIGNATURE);
                pci.dma().writeInt(address + 4, 0);
                softwareReset();
            }
            case PORT_SELECTIVE_RESET -> {
                commands.stop();
                receiver.stop();
            }
            case PORT_DUMP -> commands.dump(address);
            default -> {}
        }
        port = 0;
    }

    /** The MDI control register, section 6.3.6. */
    private void manage() {
        int operation = management >>> 26 & 3;
        boolean present = (management >>> 21 & 0x1F) == Phy.ADDRESS;
        int register = management >>> 16 & 0x1F;
        if (operation == MANAGEMENT_READ) {
            management = management & ~0xFFFF | (present ? phy.read(register) : 0xFFFF);
        } else if (operation == MANAGEMENT_WRITE && present) {
            phy.write(register, management & 0xFFFF);
        }
        management |= MANAGEMENT_READY;
        if ((management & MANAGEMENT_INTERRUPT) != 0) {
            interrupts.raise(ScbInterrupts.MDI);
        }
    }

    @Override
    public void reset() {
        pci.reset();
        if (power != null) {
            power.woken();
        }
        phy.reset();
        filter.station(EepromContent.address(eeprom));
        softwareReset();
    }

    /** All but PCI, PHY and EEPROM. */
    private void softwareReset() {
        commands.reset();
        receiver.reset();
        interrupts.reset();
        configuration.reset();
        filter.clearHash();
        filter.station(EepromContent.address(eeprom));
        counters.reset();
        pointer = 0;
        port = 0;
        eepromControl = 0;
        eeprom.drive(false, false, false);
        management = MANAGEMENT_READY;
        flowControl = 0;
        general = 0;
        dumpAddress = 0;
    }

    @Override
    public State save() {
        return new State(
                pci.save(),
                pointer,
                port,
                eepromControl,
                management,
                flowControl,
                general,
                dumpAddress,
                eeprom.save(),
                phy.save(),
                interrupts.save(),
                configuration.save(),
                filter.save(),
                counters.save(),
                commands.save(),
                receiver.save());
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        if (power != null) {
            power.woken();
        }
        pointer = state.pointer;
        port = state.port;
        eepromControl = state.eepromControl;
        management = state.management;
        flowControl = state.flowControl;
        general = state.general;
        dumpAddress = state.dumpAddress;
        eeprom.restore(state.eeprom);
        phy.restore(state.phy);
        interrupts.restore(state.interrupts);
        configuration.restore(state.configuration);
        filter.restore(state.filter);
        counters.restore(state.counters);
        commands.restore(state.commands);
        receiver.restore(state.receiver);
    }

    @Override
    public void close() {
        closed = true;
        nic.close();
        interrupts.close();
        commands.close();
        bus.unplug(pci);
    }

    /** The card's end of the wire. */
    private final class End implements NetClient.Handler {
        @Override
        public boolean canReceive() {
            boolean room = configuration.loopback() || receiver.canReceive();
            refused |= !room;
            return room;
        }

        @Override
        public void receive(Frame frame) {
            if (!configuration.loopback()) {
                receiver.receive(frame);
            }
        }

        @Override
        public void drained() {
            commands.resumeWork();
        }

        @Override
        public void linkChanged() {
            if (built) {
                phy.cable(nic.linkUp());
                goOn();
            }
        }
    }

    private final class CardWire implements Wire {
        @Override
        public boolean up() {
            return phy.link() || configuration.loopback();
        }

        @Override
        public boolean send(Frame frame) {
            return configuration.loopback()
                    ? loopback.send(frame)
                    : !phy.link() || nic.client().send(frame);
        }

        @Override
        public void later(Runnable work) {
            machine.later(() -> {
                if (!closed) {
                    work.run();
                }
            });
        }

        /** Frames that wait for room come on the machine's loop, not in the midst of a guest's write. */
        @Override
        public void roomAgain() {
            if (refused) {
                refused = false;
                later(nic.client()::ready);
            }
        }
    }

    /** The socket for a flash memory, with nothing in it. */
    private static final class EmptyFlash implements IoHandler {
        @Override
        public long read(long offset, int size) {
            return -1;
        }

        @Override
        public void write(long offset, int size, long value) {}
    }
}
