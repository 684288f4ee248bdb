package org.margay.ide.internal;

import java.util.ArrayList;
import java.util.List;
import org.margay.machine.Buses;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;
import org.margay.pci.PciRegister;

/**
 * Function 1 of the 82371SB (PIIX3): two cables at the ports and interrupts that they have had since the PC/AT, and a bus master for
 * each (data sheet, order 290550, sections 2.3 and 2.7). The timing registers keep what is written; the ports are decoded whether or not
 * they are enabled there, since nothing else of the board is behind them.
 */
final class PiixIde implements PciDevice<PiixIde.State> {
    static final String NAME = "piix3-ide";

    private static final PciIdentity IDENTITY = new PciIdentity(0x8086, 0x7010, 0, 0x010180, 0);
    private static final int CHANNELS = 2;
    private static final int[] COMMAND_PORTS = {0x1F0, 0x170};
    private static final int[] CONTROL_PORTS = {0x3F6, 0x376};
    private static final int[] INTERRUPTS = {14, 15};
    private static final int BUS_MASTER_BAR = 4;
    private static final int BUS_MASTER_SIZE = 8;
    private static final int TIMING = 0x40;
    private static final int SLAVE_TIMING = 0x44;

    /** Properties of piix3-ide. */
    public record Properties(PciProperties pci) {}

    /** One cable. */
    record ChannelState(AtaChannel.State cable, BusMaster.State busMaster) {
        ChannelState {
            if (cable == null || busMaster == null) {
                throw new IllegalArgumentException("half an IDE channel");
            }
        }
    }

    /** All that the guest can see but for the devices. */
    record State(PciFunction.State pci, List<ChannelState> channels) {
        State {
            channels = List.copyOf(channels);
            if (pci == null || channels.size() != CHANNELS) {
                throw new IllegalArgumentException("PIIX IDE");
            }
        }
    }

    private record Mapping(MemoryRegion region, int port) {}

    private final PciBus bus;
    private final PciFunction pci;
    private final MemoryRegion ports;
    private final Buses buses;
    private final List<AtaChannel> channels = new ArrayList<>();
    private final List<BusMaster> busMasters = new ArrayList<>();
    private final List<IdeBus> cables = new ArrayList<>();
    private final List<Mapping> mappings = new ArrayList<>();

    /** Plugs and maps it, and adds its cables to the machine's buses. */
    PiixIde(Properties properties, DeviceContext context) throws DeviceException {
        IsaBus isa = context.machine()
                .find(IsaBus.class)
                .orElseThrow(() -> new DeviceException("%s needs a machine with an ISA bus".formatted(NAME)));
        buses = context.machine().buses();
        bus = (PciBus) context.bus();
        ports = isa.ports();
        pci = new PciFunction(NAME, context.id().orElse(""), IDENTITY);
        pci.config().set(PciRegister.STATUS, 2, 0x0280);
        pci.config().writable(TIMING, 4, -1);
        pci.config().writable(SLAVE_TIMING, 1, 0xFF);
        pci.addBar(new PciBar(
                BUS_MASTER_BAR,
                PciBar.Kind.IO,
                MemoryRegion.io("piix-bmdma", CHANNELS * BUS_MASTER_SIZE, AccessSizes.UP_TO_4, busMasterPorts())));
        pci.fixed();
        DriveTypes types = new DriveTypes(context.machine());
        for (int number = 0; number < CHANNELS; number++) {
            addChannel(number, isa.irq(INTERRUPTS[number]), context.id().orElse("ide"), types);
        }
        properties.pci().plug(pci, bus);
        mappings.forEach(mapping -> ports.add(mapping.region, mapping.port));
        cables.forEach(buses::add);
    }

    private void addChannel(int number, IrqLine irq, String prefix, DriveTypes types) throws DeviceException {
        String name = prefix + "." + number;
        if (buses.find(name).isPresent()) {
            throw new DeviceException("There is a bus '%s' already".formatted(name));
        }
        BusMaster busMaster = new BusMaster(pci.dma());
        AtaChannel channel = new AtaChannel(irq, busMaster);
        busMaster.connect(channel);
        busMasters.add(busMaster);
        channels.add(channel);
        cables.add(new IdeBus(name, channel, this, number, types));
        mappings.add(new Mapping(
                MemoryRegion.io("ide", 8, AccessSizes.UP_TO_4, channel.commandBlock()), COMMAND_PORTS[number]));
        mappings.add(new Mapping(
                MemoryRegion.io("ide", 1, AccessSizes.BYTE, channel.controlBlock()), CONTROL_PORTS[number]));
    }

    private IoHandler busMasterPorts() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                long value = 0;
                for (int i = size - 1; i >= 0; i--) {
                    int at = (int) offset + i;
                    value = value << 8 | busMasters.get(at / BUS_MASTER_SIZE).read(at % BUS_MASTER_SIZE);
                }
                return value;
            }

            @Override
            public void write(long offset, int size, long value) {
                for (int i = 0; i < size; i++) {
                    int at = (int) offset + i;
                    busMasters.get(at / BUS_MASTER_SIZE).write(at % BUS_MASTER_SIZE, (int) (value >>> 8 * i) & 0xFF);
                }
            }
        };
    }

    @Override
    public PciFunction pci() {
        return pci;
    }

    @Override
    public void reset() {
        // First the devices let go of guest memory.
        channels.forEach(AtaChannel::dmaStopped);
        pci.reset();
        busMasters.forEach(BusMaster::reset);
        channels.forEach(AtaChannel::reset);
    }

    @Override
    public State save() {
        List<ChannelState> saved = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            saved.add(new ChannelState(channels.get(i).save(), busMasters.get(i).save()));
        }
        return new State(pci.save(), saved);
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        for (int i = 0; i < CHANNELS; i++) {
            busMasters.get(i).restore(state.channels.get(i).busMaster);
            channels.get(i).restore(state.channels.get(i).cable);
        }
    }

    @Override
    public void close() {
        cables.forEach(buses::remove);
        mappings.forEach(mapping -> ports.remove(mapping.region));
        channels.forEach(AtaChannel::close);
        bus.unplug(pci);
    }
}
