package org.margay.floppy.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.margay.pc.PcBoard;
import org.margay.qmp.WireName;

/** The floppy disk controller of a PC with its drives, at ports 3F0h to 3F5h and 3F7h. */
final class IsaFdc implements Device<IsaFdc.State> {
    static final String NAME = "isa-fdc";

    private static final int FIRST_PORTS = 6;
    private static final int LAST_PORT = 7;
    private static final int CMOS_TYPES = 0x10;
    private static final int CMOS_EQUIPMENT = 0x14;
    /** Equipment of every PC of ours: mathematics coprocessor, pointing device. */
    private static final int OTHER_EQUIPMENT = 0x06;

    /**
     * Properties of isa-fdc.
     *
     * @param iobase first port
     * @param irq ISA interrupt
     * @param dma channel, 0 to 3
     * @param driveA id of the drive of unit 0
     * @param driveB id of the drive of unit 1
     * @param fdtypeA kind of drive A
     * @param fdtypeB kind of drive B
     * @param fallback kind of a drive that is to be as its medium wants it but has none
     * @param checkMediaRate whether data can only be read at the medium's rate
     */
    public record Properties(
            @Default("0x3f0") @PropertyType("uint32") int iobase,
            @Default("6") @PropertyType("uint32") int irq,
            @Default("2") @PropertyType("uint32") int dma,

            @WireName("driveA") @PropertyType("str") @Nullable
            String driveA,

            @WireName("driveB") @PropertyType("str") @Nullable
            String driveB,

            @WireName("fdtypeA") @Default("auto") DriveType fdtypeA,
            @WireName("fdtypeB") @Default("auto") DriveType fdtypeB,
            @Default("288") DriveType fallback,
            @WireName("check_media_rate") @Default("on") boolean checkMediaRate,

            @WireName("bootindexA") @Default("-1") @PropertyType("int32")
            int bootindexA,

            @WireName("bootindexB") @Default("-1") @PropertyType("int32")
            int bootindexB) {
        public Properties {
            if (iobase < 0 || iobase > 0xFFF8 || (iobase & 7) != 0) {
                throw new IllegalArgumentException("Property 'isa-fdc.iobase' is not a port: %#x".formatted(iobase));
            }
            if (irq < 0 || irq > 15 || irq == 2) {
                throw new IllegalArgumentException("Property 'isa-fdc.irq' is not an ISA interrupt: " + irq);
            }
            if (dma < 0 || dma > 3) {
                throw new IllegalArgumentException("Property 'isa-fdc.dma' is not a channel of bytes: " + dma);
            }
            if (fallback == DriveType.AUTO) {
                throw new IllegalArgumentException("Cannot choose a fallback FDrive type of 'auto'");
            }
        }
    }

    /**
     * All that the guest can see.
     *
     * @param driveA its own drive A, or null
     * @param driveB its own drive B, or null
     */
    record State(Fdc.State controller, FloppyDrive.@Nullable State driveA, FloppyDrive.@Nullable State driveB) {
        State {
            if (controller == null) {
                throw new IllegalArgumentException("floppy controller is missing");
            }
        }
    }

    private final Machine machine;
    private final IsaBus isa;
    private final Fdc fdc;
    private final Properties properties;
    private final MemoryRegion ports;
    private final MemoryRegion lastPort;
    private final FloppyBus bus;
    private final List<FloppyDrive> own = new ArrayList<>();

    IsaFdc(Properties properties, DeviceContext context) throws DeviceException {
        this.properties = properties;
        machine = context.machine();
        isa = (IsaBus) context.bus();
        String name = context.id().orElse(FloppyBus.TYPE) + ".0";
        if (machine.buses().find(name).isPresent()) {
            throw new DeviceException("There is a bus '%s' already".formatted(name));
        }
        fdc = new Fdc(
                isa.irq(properties.irq()),
                isa.dma(properties.dma()),
                machine.virtualClock(),
                properties.checkMediaRate());
        bus = new FloppyBus(name, this);
        ports = MemoryRegion.io("fdc", FIRST_PORTS, AccessSizes.BYTE, fdc);
        lastPort = MemoryRegion.io("fdc", 1, AccessSizes.BYTE, new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return fdc.read(LAST_PORT, size);
            }

            @Override
            public void write(long offset, int size, long value) {
                fdc.write(LAST_PORT, size, value);
            }
        });
        try {
            addOwn(0, properties.driveA(), properties.fdtypeA(), context);
            addOwn(1, properties.driveB(), properties.fdtypeB(), context);
        } catch (DeviceException e) {
            own.forEach(drive -> drive.drive().detach(drive));
            throw e;
        }
        isa.ports().add(ports, properties.iobase());
        isa.ports().add(lastPort, properties.iobase() + LAST_PORT);
        machine.buses().add(bus);
        noteEquipment();
    }

    private void addOwn(int unit, @Nullable String id, DriveType type, DeviceContext context) throws DeviceException {
        if (id == null) {
            return;
        }
        Drive drive = context.backend(Drive.class, id);
        FloppyDrive made =
                new FloppyDrive(drive, NAME, context.id().orElse(context.label()), type, properties.fallback());
        drive.attach(made);
        own.add(made);
        fdc.connect(unit, made);
    }

    Fdc fdc() {
        return fdc;
    }

    DriveType fallback() {
        return properties.fallback();
    }

    /** Drives and their number as a BIOS finds them in the CMOS memory (IBM Personal Computer AT Technical Reference). */
    void noteEquipment() {
        int types = 0;
        int count = 0;
        for (int unit = 0; unit < Fdc.DRIVES; unit++) {
            FloppyDrive drive = fdc.drive(unit);
            if (drive != null) {
                types |= drive.type().cmos() << 4 - 4 * unit;
                count++;
            }
        }
        int equipment = OTHER_EQUIPMENT | (count == 0 ? 0 : 1 | count - 1 << 6);
        int found = types;
        machine.find(PcBoard.class).ifPresent(board -> {
            board.setCmos(CMOS_TYPES, found);
            board.setCmos(CMOS_EQUIPMENT, equipment);
        });
    }

    private @Nullable FloppyDrive own(@Nullable String id, int unit) {
        return id == null ? null : fdc.drive(unit);
    }

    @Override
    public void reset() {
        fdc.hardReset();
    }

    @Override
    public State save() {
        FloppyDrive a = own(properties.driveA(), 0);
        FloppyDrive b = own(properties.driveB(), 1);
        return new State(fdc.save(), a == null ? null : a.save(), b == null ? null : b.save());
    }

    @Override
    public void restore(State state) {
        restore(own(properties.driveA(), 0), state.driveA);
        restore(own(properties.driveB(), 1), state.driveB);
        fdc.restore(state.controller);
    }

    private static void restore(@Nullable FloppyDrive drive, FloppyDrive.@Nullable State state) {
        if ((drive == null) != (state == null)) {
            throw new IllegalArgumentException("a floppy drive too many, or one is missing");
        }
        if (drive != null && state != null) {
            drive.restore(state);
        }
    }

    @Override
    public void close() {
        fdc.close();
        machine.buses().remove(bus);
        isa.ports().remove(ports);
        isa.ports().remove(lastPort);
        own.forEach(drive -> drive.drive().detach(drive));
    }
}
