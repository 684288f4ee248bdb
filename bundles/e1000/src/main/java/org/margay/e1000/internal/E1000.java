package org.margay.e1000.internal;

import java.util.Collection;
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
 * A gigabit Ethernet card with a chip of Intel's 8254x family ("PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
 * Manual", 317453; the section numbers in this package are its).
 */
final class E1000 implements PciDevice<E1000.State>, IoHandler {
    /** Bytes of register space. */
    static final int REGISTERS = 0x2_0000;

    private static final int ROM_SOCKET = 0x2_0000;

    /**
     * What the guest can see.
     *
     * @param window address that the I/O ports are set to
     */
    record State(
            PciFunction.State pci,
            int window,
            MacControl.State control,
            SerialEeprom.State eeprom,
            Phy.State phy,
            Interrupts.State interrupts,
            PlainRegisters.State plain,
            ReceiveFilter.State filter,
            Receiver.State receiver,
            Transmitter.State transmitter,
            Statistics.State statistics) {
        State {
            if (pci == null
                    || control == null
                    || eeprom == null
                    || phy == null
                    || interrupts == null
                    || plain == null
                    || filter == null
                    || receiver == null
                    || transmitter == null
                    || statistics == null) {
                throw new IllegalArgumentException("part of the card is missing");
            }
        }
    }

    private final Machine machine;
    private final PciBus bus;
    private final PciFunction pci;
    private final Nic nic;
    private final RegisterWindow window = new RegisterWindow(this);
    private final SerialEeprom eeprom;
    private final Phy phy;
    private final Interrupts interrupts;
    private final MacControl control;
    private final PlainRegisters plain = new PlainRegisters();
    private final ReceiveFilter filter = new ReceiveFilter();
    private final Statistics statistics = new Statistics();
    private final Receiver receiver;
    private final Transmitter transmitter;
    private final Loopback loopback;
    private final Wire wire = new CardWire();
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
    E1000(Model model, E1000Properties properties, DeviceContext context) throws DeviceException {
        machine = context.machine();
        bus = (PciBus) context.bus();
        pci = new PciFunction(model.name(), context.id().orElse(""), model.identity());
        pci.addBar(new PciBar(
                0,
                PciBar.Kind.MEMORY,
                MemoryRegion.io(model.name() + ".registers", REGISTERS, AccessSizes.ONLY_4, this)));
        pci.addBar(new PciBar(
                1,
                PciBar.Kind.IO,
                MemoryRegion.io(model.name() + ".ports", RegisterWindow.SIZE, AccessSizes.ONLY_4, window)));
        ExpansionRom.add(pci, properties.pci(), ROM_SOCKET);

        nic = Nic.attach(model.name(), properties.nic(), context, new End());
        Clock clock = machine.virtualClock();
        eeprom = EepromContent.of(model, nic.mac());
        phy = new Phy(model.phyId(), properties.autonegotiation(), nic.linkUp(), clock, this::linkChanged);
        interrupts = new Interrupts(pci, clock, properties.mitigation());
        control = new MacControl(eeprom, phy, interrupts, new Resets());
        receiver = new Receiver(pci, clock, filter, interrupts, statistics, wire);
        transmitter = new Transmitter(pci, clock, interrupts, statistics, wire);
        loopback = new Loopback(context.label(), receiver::receive);
        softwareReset();
        try {
            properties.pci().plug(pci, bus);
        } catch (DeviceException e) {
            nic.close();
            throw e;
        }
        pci.onConfigWrite((_, _) -> goOn());
        built = true;
    }

    /** Whether what is sent comes back. */
    private boolean looped() {
        return phy.loopback() || receiver.loopback();
    }

    private void linkChanged() {
        interrupts.raise(Interrupts.LSC);
        goOn();
    }

    /** Something that work waits for may have come. */
    private void goOn() {
        transmitter.work();
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

    /** Registers of the 82542 that moved later are still at their old place, too. */
    private static int today(int offset) {
        return switch (offset >>> 8) {
            case 0x00 -> offset >= 0x40 && offset < 0xC0 ? ReceiveFilter.ADDRESSES + offset - 0x40 : offset;
            case 0x01 ->
                switch (offset) {
                    case 0x108 -> Receiver.RDTR;
                    case 0x110, 0x114, 0x118, 0x120, 0x128 -> Receiver.RING + offset - 0x110;
                    case 0x160 -> PlainRegister.FLOW_CONTROL_THRESHOLD_HIGH.offset();
                    case 0x168 -> PlainRegister.FLOW_CONTROL_THRESHOLD_LOW.offset();
                    default -> offset;
                };
            case 0x02, 0x03 -> ReceiveFilter.MULTICAST_TABLE + offset - 0x200;
            case 0x04 ->
                switch (offset) {
                    case 0x420, 0x424, 0x428, 0x430, 0x438 -> Transmitter.RING + offset - 0x420;
                    case 0x440 -> Transmitter.TIDV;
                    default -> offset;
                };
            case 0x06, 0x07 -> ReceiveFilter.VLAN_TABLE + offset - 0x600;
            default -> offset;
        };
    }

    private RegisterBlock block(int offset) {
        return switch (offset >>> 8) {
            case 0x00 ->
                switch (offset) {
                    case Interrupts.ICR, Interrupts.ITR, Interrupts.ICS, Interrupts.IMS, Interrupts.IMC -> interrupts;
                    default -> offset <= MacControl.MDIC ? control : plain;
                };
            case 0x01 -> offset == Receiver.RCTL ? receiver : plain;
            case 0x04 -> offset == Transmitter.TCTL ? transmitter : plain;
            case 0x28, 0x2C -> receiver;
            case 0x38 -> offset == PlainRegister.SEGMENTATION_PAD.offset() ? plain : transmitter;
            case 0x40 -> statistics;
            case 0x50 -> offset == Receiver.RXCSUM ? receiver : plain;
            case 0x52, 0x53, 0x54, 0x56, 0x57 -> filter;
            default -> plain;
        };
    }

    @Override
    public long read(long offset, int size) {
        int register = today((int) offset);
        return block(register).read(register) & 0xFFFF_FFFFL;
    }

    @Override
    public void write(long offset, int size, long value) {
        int register = today((int) offset);
        block(register).write(register, (int) value);
    }

    @Override
    public void reset() {
        pci.reset();
        window.address(0);
        phy.powerOn();
        softwareReset();
        goOn();
    }

    private void softwareReset() {
        control.reset();
        interrupts.reset();
        plain.reset();
        filter.reset(EepromContent.address(eeprom));
        receiver.reset();
        transmitter.reset();
        statistics.reset();
    }

    @Override
    public State save() {
        return new State(
                pci.save(),
                window.address(),
                control.save(),
                eeprom.save(),
                phy.save(),
                interrupts.save(),
                plain.save(),
                filter.save(),
                receiver.save(),
                transmitter.save(),
                statistics.save());
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        window.address(state.window);
        control.restore(state.control);
        eeprom.restore(state.eeprom);
        interrupts.restore(state.interrupts);
        plain.restore(state.plain);
        filter.restore(state.filter);
        receiver.restore(state.receiver);
        transmitter.restore(state.transmitter);
        statistics.restore(state.statistics);
        phy.restore(state.phy);
    }

    @Override
    public void close() {
        closed = true;
        nic.close();
        phy.close();
        interrupts.close();
        receiver.close();
        transmitter.close();
        bus.unplug(pci);
    }

    /** The card's end of the wire. */
    private final class End implements NetClient.Handler {
        @Override
        public boolean canReceive() {
            boolean room = looped() || receiver.canReceive();
            refused |= !room;
            return room;
        }

        @Override
        public void receive(Frame frame) {
            if (!looped()) {
                receiver.receive(frame);
            }
        }

        @Override
        public void drained() {
            transmitter.resume();
        }

        @Override
        public void linkChanged() {
            if (built) {
                phy.cable(nic.linkUp());
            }
        }
    }

    private final class CardWire implements Wire {
        @Override
        public boolean up() {
            return phy.link() || looped();
        }

        @Override
        public int vlanType() {
            return plain.get(PlainRegister.VLAN_ETHER_TYPE);
        }

        @Override
        public boolean vlanMode() {
            return control.vlanMode();
        }

        @Override
        public boolean send(Frame frame) {
            return looped() ? loopback.send(frame) : nic.client().send(frame);
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

    private final class Resets implements MacControl.Resets {
        @Override
        public void reset() {
            softwareReset();
            goOn();
        }

        @Override
        public void loadEeprom() {
            filter.station(EepromContent.address(eeprom));
        }
    }
}
