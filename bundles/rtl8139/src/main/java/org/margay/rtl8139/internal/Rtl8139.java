package org.margay.rtl8139.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

/**
 * A Realtek RTL8139C+ (data sheet of the RTL8139C+(L), "Register Descriptions"): the registers, and how its parts work
 * together. Sends and receives in C mode, which the RTL8139 always had, and in C+ mode, with rings of descriptors; each
 * direction is in the mode that the C+ command register says.
 */
final class Rtl8139 implements PciDevice<Rtl8139.State>, IoHandler, NetClient.Handler, Transmitter.Way {
    static final String NAME = "rtl8139";

    /** Revision 20h tells drivers that it is a C+. */
    static final PciIdentity IDENTITY = new PciIdentity(0x10EC, 0x8139, 0x20, 0x020000, 1);

    static final int MIN_GRANT = 0x20;
    static final int MAX_LATENCY = 0x40;

    private static final int PCI_MIN_GRANT = 0x3E;
    private static final int REGISTERS = 0x100;
    private static final int ROM_SOCKET = 64 << 10;

    /** Words of registers, by the name of the first in them. */
    private static final int IDR = 0x00;

    private static final int MAR = 0x08;
    private static final int TSD = 0x10;
    /** In C+ mode in place of the first two of {@link #TSD}. */
    private static final int DTCCR = 0x10;

    private static final int TSAD = 0x20;
    private static final int RBSTART = 0x30;
    private static final int ERBCR = 0x34;
    private static final int CAPR = 0x38;
    private static final int IMR = 0x3C;
    private static final int TCR = 0x40;
    private static final int RCR = 0x44;
    private static final int TCTR = 0x48;
    private static final int MPC = 0x4C;
    private static final int COMMAND_9346 = 0x50;
    private static final int TIMER_INT = 0x54;
    private static final int MSR = 0x58;
    private static final int MULINT = 0x5C;
    private static final int TSAD_SUMMARY = 0x60;
    private static final int BMSR = 0x64;
    private static final int ANLPAR = 0x68;
    private static final int NWAYTR = 0x70;
    private static final int CSCR = 0x74;
    private static final int PHY1_PARM = 0x78;
    private static final int TW_PARM = 0x7C;
    private static final int PHY2_PARM = 0x80;
    private static final int WAKE_UP = 0x84;
    private static final int WAKE_UP_END = 0xD4;
    private static final int CONFIG_5 = 0xD8;
    private static final int CPCR = 0xE0;
    private static final int RDSAR = 0xE4;
    private static final int ETTHR = 0xEC;

    /** Command register. */
    private static final int RESET = 1 << 4;

    private static final int BUFFER_EMPTY = 1;

    private static final int DUMP = 1 << 3;

    /**
     * Nanoseconds after which frames that wait are looked at again: a driver rings no bell when it gives buffers back
     * to a ring, and may do without interrupts.
     */
    private static final long LOOK_AGAIN = 1_000_000;

    /**
     * All that the guest can see.
     *
     * @param dumpAddress DTCCR
     * @param wakeUp patterns of wake-up frames
     * @param parameters tuning of the transceiver
     * @param lookAgain when frames that wait are looked at again, or {@link Timer#NEVER}
     */
    record State(
            PciFunction.State pci,
            Configuration.State configuration,
            Phy.State phy,
            Interrupts.State interrupts,
            Modes.State modes,
            Receiver.State receiver,
            Transmitter.State transmitter,
            TickTimer.State timer,
            List<Long> tally,
            long dumpAddress,
            int multipleInterrupt,
            int[] parameters,
            byte[] wakeUp,
            long lookAgain) {
        State {
            Stream.of(pci, configuration, phy, interrupts, modes, receiver, transmitter, timer)
                    .forEach(Objects::requireNonNull);
            tally = List.copyOf(tally);
            wakeUp = wakeUp.clone();
            parameters = parameters.clone();
            if (multipleInterrupt >>> 16 != 0
                    || wakeUp.length != WAKE_UP_END - WAKE_UP
                    || parameters.length != 3
                    || parameters[2] >>> 8 != 0
                    || lookAgain < 0) {
                throw new IllegalArgumentException("RTL8139 registers of more than their bits");
            }
        }
    }

    private final Nic nic;
    private final PciBus bus;
    private final PciFunction pci;
    private final Clock clock;
    private final Timer lookAgain;
    private final TickTimer timer;
    private final Interrupts interrupts;
    private final Phy phy = new Phy();
    private final Modes modes = new Modes();
    private final Tally tally = new Tally();
    private final Configuration configuration;
    private final AddressFilter filter = new AddressFilter();
    private final Receiver receiver;
    private final Transmitter transmitter;
    private long dumpAddress;
    private int multipleInterrupt;
    private final int[] parameters = new int[3];
    private final byte[] wakeUp = new byte[WAKE_UP_END - WAKE_UP];
    private boolean lettingIn;
    private boolean plugged;

    Rtl8139(Rtl8139Properties properties, DeviceContext context) throws DeviceException {
        bus = (PciBus) context.bus();
        pci = new PciFunction(NAME, context.id().orElse(""), IDENTITY);
        pci.config().set(PCI_MIN_GRANT, 2, MAX_LATENCY << 8 | MIN_GRANT);
        addBar(0, PciBar.Kind.IO, "rtl8139.io");
        addBar(1, PciBar.Kind.MEMORY, "rtl8139.mem");
        ExpansionRom.add(pci, properties.pci(), ROM_SOCKET);
        clock = context.machine().virtualClock();
        lookAgain = clock.timer(this::lookAgain);
        interrupts = new Interrupts(pci);
        timer = new TickTimer(clock, () -> interrupts.raise(Interrupts.TIME_OUT));
        receiver = new Receiver(pci, modes, interrupts, tally, filter);
        transmitter = new Transmitter(pci, modes, interrupts, tally, this);
        nic = Nic.attach(NAME, properties.nic(), context, this);
        configuration = new Configuration(filter, phy, nic.mac());
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
        pci.addBar(new PciBar(index, kind, MemoryRegion.io(name, REGISTERS, AccessSizes.UP_TO_4, this)));
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
        configuration.reset();
        filter.clearMulticast();
        phy.setLink(nic.linkUp());
        timer.reset();
        tally.reset();
        dumpAddress = 0;
        multipleInterrupt = 0;
        Arrays.fill(parameters, 0);
        Arrays.fill(wakeUp, (byte) 0);
        softReset();
    }

    /** What the reset bit does: addresses, EEPROM, configuration and transceiver stay as they are. */
    private void softReset() {
        modes.reset();
        transmitter.reset();
        receiver.reset();
        interrupts.reset();
        lookAgain.disarm();
        letIn();
    }

    @Override
    public void close() {
        bus.unplug(pci);
        timer.close();
        lookAgain.disarm();
        nic.close();
    }

    @Override
    public long read(long offset, int size) {
        int word = (int) offset & ~3;
        int shift = 8 * ((int) offset & 3);
        long value = word(word) & 0xFFFF_FFFFL;
        if (shift + 8 * size > 32) {
            value |= (long) word(word + 4) << 32;
        }
        return value >>> shift;
    }

    private int word(int offset) {
        ReceiveBuffer buffer = receiver.buffer();
        return switch (offset) {
            case IDR, IDR + 4, MAR, MAR + 4 -> filter.read(offset);
            case TSD, TSD + 4, TSD + 8, TSD + 12 -> transmitStatus(offset);
            case TSAD, TSAD + 4, TSAD + 8, TSAD + 12 -> transmitter.address(offset - TSAD >> 2);
            case RBSTART -> buffer.start();
            case ERBCR -> buffer.earlyCount() | buffer.earlyStatus() << 16 | command() << 24;
            case CAPR -> buffer.read() | buffer.write() << 16;
            case IMR -> interrupts.mask() | interrupts.status() << 16;
            case TCR -> transmitter.configuration();
            case RCR -> receiver.configuration();
            case TCTR -> timer.count();
            case MPC -> receiver.missed();
            case COMMAND_9346 -> configuration.command() | configuration.config0() << 8 | configuration.config1() << 16;
            case TIMER_INT -> timer.match();
            case MSR ->
                configuration.media() | phy.media() | configuration.config3() << 8 | configuration.config4() << 16;
            case MULINT -> multipleInterrupt | IDENTITY.revision() << 16;
            case TSAD_SUMMARY -> transmitter.summary() | phy.control() << 16;
            case BMSR -> phy.status() | phy.advertisement() << 16;
            case ANLPAR -> phy.partner() | phy.expansion() << 16;
            case NWAYTR -> phy.test();
            case CSCR -> phy.configuration();
            case PHY1_PARM -> parameters[0];
            case TW_PARM -> parameters[1];
            case PHY2_PARM -> parameters[2] | transmitter.lastDone() << 16;
            case CONFIG_5 -> configuration.config5();
            case CPCR -> modes.plus();
            case RDSAR -> (int) receiver.ring().address();
            case RDSAR + 4 -> (int) (receiver.ring().address() >>> 32);
            case ETTHR -> transmitter.early();
            default -> offset >= WAKE_UP && offset < WAKE_UP_END ? wakeUpWord(offset - WAKE_UP) : 0;
        };
    }

    private int transmitStatus(int offset) {
        return modes.transmitsFromRings() && offset < DTCCR + 8
                ? (int) (dumpAddress >>> 8 * (offset - DTCCR))
                : transmitter.status(offset - TSD >> 2);
    }

    private int command() {
        return modes.command() | (receiver.bufferEmpty() ? BUFFER_EMPTY : 0);
    }

    private int wakeUpWord(int at) {
        int value = 0;
        for (int i = 3; i >= 0; i--) {
            value = value << 8 | wakeUp[at + i] & 0xFF;
        }
        return value;
    }

    @Override
    public void write(long offset, int size, long value) {
        int word = (int) offset & ~3;
        int shift = 8 * ((int) offset & 3);
        long lanes = value << shift;
        long mask = -1L >>> (64 - 8 * size) << shift;
        write(word, new Lanes((int) lanes, (int) mask));
        if (mask >>> 32 != 0) {
            write(word + 4, new Lanes((int) (lanes >>> 32), (int) (mask >>> 32)));
        }
    }

    private void write(int word, Lanes lanes) {
        switch (word) {
            case IDR, IDR + 4, MAR, MAR + 4 -> filter.write(word, lanes);
            case TSD, TSD + 4, TSD + 8, TSD + 12 -> setTransmitStatus(word, lanes);
            case TSAD, TSAD + 4, TSAD + 8, TSAD + 12 -> transmitter.setAddress(word - TSAD >> 2, lanes);
            case RBSTART -> receiver.buffer().setStart(lanes);
            case ERBCR -> {
                receiver.buffer().acknowledgeEarly(lanes.at(16, 8).ones());
                setCommand(lanes.at(24, 8));
            }
            case CAPR -> {
                receiver.buffer().setRead(lanes.at(0, 16));
                // One that is still reading is going to acknowledge what it has read.
                if (receiver.bufferEmpty()) {
                    roomMade();
                }
            }
            case IMR -> {
                interrupts.setMask(lanes.at(0, 16).over(interrupts.mask()));
                interrupts.acknowledge(lanes.at(16, 16).ones());
                // Here drivers are that gave buffers back to the ring.
                roomMade();
            }
            case TCR -> transmitter.setConfiguration(lanes);
            case RCR -> {
                receiver.setConfiguration(lanes);
                roomMade();
            }
            case TCTR -> timer.restart();
            case MPC -> receiver.clearMissed();
            case COMMAND_9346 -> {
                configuration.setCommand(lanes.at(0, 8));
                configuration.setConfig1(lanes.at(16, 8));
            }
            case TIMER_INT -> timer.setMatch(lanes.over(timer.match()));
            case MSR -> {
                configuration.setMedia(lanes.at(0, 8));
                configuration.setConfig3(lanes.at(8, 8));
                configuration.setConfig4(lanes.at(16, 8));
            }
            case MULINT -> multipleInterrupt = lanes.at(0, 16).over(multipleInterrupt);
            case TSAD_SUMMARY -> phy.setControl(lanes.at(16, 16), configuration.unlocked());
            case BMSR -> phy.setAdvertisement(lanes.at(16, 16));
            case NWAYTR -> phy.setTest(lanes.at(0, 16));
            case CSCR -> phy.setConfiguration(lanes.at(0, 16));
            case PHY1_PARM -> parameters[0] = lanes.over(parameters[0]);
            case TW_PARM -> parameters[1] = lanes.over(parameters[1]);
            case PHY2_PARM -> parameters[2] = lanes.at(0, 8).over(parameters[2]);
            case CONFIG_5 -> {
                configuration.setConfig5(lanes.at(0, 8));
                transmitter.poll(lanes.at(8, 8).ones());
            }
            case CPCR -> {
                modes.setPlus(lanes.at(0, 16));
                transmitter.run();
                roomMade();
            }
            case RDSAR -> receiver.ring().setAddress(0, lanes);
            case RDSAR + 4 -> receiver.ring().setAddress(32, lanes);
            case ETTHR -> transmitter.setEarly(lanes.at(0, 8));
            default -> {
                if (word >= WAKE_UP && word < WAKE_UP_END) {
                    setWakeUpWord(word - WAKE_UP, lanes);
                }
            }
        }
    }

    private void setTransmitStatus(int offset, Lanes lanes) {
        if (!modes.transmitsFromRings()) {
            transmitter.setStatus(offset - TSD >> 2, lanes);
        } else if (offset == DTCCR) {
            int low = lanes.over((int) dumpAddress) & -Tally.SIZE;
            dumpAddress = dumpAddress & ~0xFFFF_FFFFL | low & 0xFFFF_FFFFL;
            if ((lanes.ones() & DUMP) != 0) {
                pci.dma().write(dumpAddress, tally.dump(), 0, Tally.SIZE);
            }
        } else if (offset == DTCCR + 4) {
            dumpAddress = dumpAddress & 0xFFFF_FFFFL | (long) lanes.over((int) (dumpAddress >>> 32)) << 32;
        }
    }

    private void setCommand(Lanes lanes) {
        if (!lanes.any()) {
            return;
        }
        if ((lanes.ones() & RESET) != 0) {
            softReset();
            return;
        }
        int risen = lanes.ones() & ~modes.command();
        modes.setCommand(lanes);
        if ((risen & Modes.TRANSMIT) != 0) {
            transmitter.restart();
        }
        if ((risen & Modes.RECEIVE) != 0) {
            receiver.restart();
        }
        transmitter.run();
        roomMade();
    }

    private void setWakeUpWord(int at, Lanes lanes) {
        int value = lanes.over(wakeUpWord(at));
        for (int i = 0; i < 4; i++) {
            wakeUp[at + i] = (byte) (value >>> (8 * i));
        }
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
        return phy.linkUp();
    }

    @Override
    public void drained() {
        transmitter.drained();
    }

    /**
     * In C mode, drivers take so many frames out of the buffer and then acknowledge them all: those that come in
     * between would be overlooked, and so wait for the acknowledgement. In C+ mode, descriptors tell all there is to
     * tell.
     */
    @Override
    public boolean canReceive() {
        boolean room = !modes.receives() || receiver.hasRoom() && (lettingIn || acknowledged());
        if (!room && !lookAgain.armed()) {
            lookAgain.arm(clock.nanos() + LOOK_AGAIN);
        }
        return room;
    }

    private boolean acknowledged() {
        return modes.receivesToRing() || (interrupts.status() & Interrupts.RECEIVE_OK) == 0;
    }

    /** There may be room for frames now. */
    private void roomMade() {
        if (acknowledged()) {
            letIn();
        }
    }

    private void letIn() {
        lettingIn = true;
        nic.client().ready();
        lettingIn = false;
    }

    /**
     * Frames that were refused are still waiting. A driver that overlooked some in the buffer is told of them again.
     */
    private void lookAgain() {
        lookAgain.disarm();
        transmitter.run();
        if (modes.receives() && !modes.receivesToRing() && acknowledged() && !receiver.bufferEmpty()) {
            interrupts.raise(Interrupts.RECEIVE_OK);
        }
        letIn();
    }

    @Override
    public void receive(Frame frame) {
        receiver.receive(frame);
    }

    /** Also called while the card is being connected, before there is anything to tell. */
    @Override
    public void linkChanged() {
        if (plugged && nic.linkUp() != phy.linkUp()) {
            phy.setLink(nic.linkUp());
            interrupts.raise(Interrupts.LINK_CHANGE);
        }
    }

    @Override
    public State save() {
        return new State(
                pci.save(),
                configuration.save(),
                phy.save(),
                interrupts.save(),
                modes.save(),
                receiver.save(),
                transmitter.save(),
                timer.save(),
                tally.save(),
                dumpAddress,
                multipleInterrupt,
                parameters,
                wakeUp,
                lookAgain.deadline());
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        configuration.restore(state.configuration);
        phy.restore(state.phy);
        interrupts.restore(state.interrupts);
        modes.restore(state.modes);
        receiver.restore(state.receiver);
        transmitter.restore(state.transmitter);
        timer.restore(state.timer);
        tally.restore(state.tally);
        dumpAddress = state.dumpAddress;
        multipleInterrupt = state.multipleInterrupt;
        System.arraycopy(state.parameters, 0, parameters, 0, parameters.length);
        System.arraycopy(state.wakeUp, 0, wakeUp, 0, wakeUp.length);
        // What had to wait for the network then goes on with the network that is there now.
        long deadline = transmitter.pending() ? clock.nanos() : state.lookAgain;
        if (deadline == Timer.NEVER) {
            lookAgain.disarm();
        } else {
            lookAgain.arm(deadline);
        }
        if (state.phy.up() != phy.linkUp()) {
            interrupts.raise(Interrupts.LINK_CHANGE);
        }
    }
}
