package org.margay.floppy.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.margay.block.drive.Drive;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.pc.IsaBus;
import org.margay.pc.internal.isa.DmaPair;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.images.FakeDrive;

/** A bench with the DMA controllers of a PC and RAM, and a floppy controller driven as a BIOS does it. */
final class FloppyRig {
    static final int RAM_SIZE = 1 << 20;

    final DeviceBench bench;
    final DmaPair dma;
    final GuestRam ram = GuestRam.allocate("ram", RAM_SIZE);
    final IsaBus isa;

    private FloppyRig(DeviceBench bench) {
        this.bench = bench;
        bench.memory().add(MemoryRegion.ram(ram), 0);
        bench.line("irq6");
        dma = new DmaPair(bench.ports(), bench.machine().memory());
        isa = new IsaBus() {
            @Override
            public MemoryRegion ports() {
                return bench.ports();
            }

            @Override
            public MemoryRegion memory() {
                return bench.memory();
            }

            @Override
            public IrqLine irq(int number) {
                return bench.line("irq" + number);
            }

            @Override
            public DmaChannel dma(int channel) {
                return dma.channel(channel);
            }

            @Override
            public String name() {
                return "isa.0";
            }

            @Override
            public String type() {
                return "ISA";
            }

            @Override
            public boolean hotpluggable() {
                return false;
            }
        };
        bench.machine().buses().add(isa);
    }

    static FloppyRig of(DeviceBench bench) {
        return bench.machine().find(FloppyRig.class).orElseGet(() -> {
            FloppyRig made = new FloppyRig(bench);
            bench.machine().publish(FloppyRig.class, made);
            return made;
        });
    }

    private record Context(Machine machine, Bus bus, Optional<String> id, String label) implements DeviceContext {
        @Override
        public <T> T backend(Class<T> kind, String backendId) throws DeviceException {
            return machine.backends().find(kind, backendId).orElseThrow(() -> new DeviceException("no " + backendId));
        }
    }

    <P extends Record, S extends Record> Device<S> plug(
            DeviceDriver<P, S> driver, Bus bus, Map<String, String> properties) throws DeviceException {
        P bound = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name()))
                .bind(new LinkedHashMap<>(properties));
        return driver.create(bound, new Context(bench.machine(), bus, Optional.empty(), driver.name() + ".0"));
    }

    IsaFdc controller(Map<String, String> properties) {
        try {
            return (IsaFdc) plug(new IsaFdcDriver(), isa, properties);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    FakeDrive drive(String id, int size) {
        FakeDrive drive = new FakeDrive(bench.machine(), id, size);
        try {
            bench.machine().backends().add(Drive.class, id, drive);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        return drive;
    }

    void run() {
        bench.machine().runTasks();
    }

    boolean irq() {
        return bench.line("irq6").high();
    }

    /** Out of reset, DMA on, drive A selected, its motor on, 500 kb/s; the four results of polling are taken. */
    void start() {
        bench.out(0x3F2, 0x00);
        bench.out(0x3F2, 0x1C);
        bench.out(0x3F7, 0);
        for (int i = 0; i < 4; i++) {
            command(0x08);
            result(2);
        }
        command(0x03, 0xDF, 0x02);
    }

    void command(int... bytes) {
        for (int each : bytes) {
            bench.out(0x3F5, each);
        }
        run();
    }

    int[] result(int length) {
        int[] result = new int[length];
        for (int i = 0; i < length; i++) {
            result[i] = bench.in(0x3F5);
        }
        return result;
    }

    /** The three status registers of a result of seven bytes. */
    int[] ended() {
        return java.util.Arrays.copyOf(result(7), 3);
    }

    /** Programs channel 2 of the DMA controller: single mode. */
    void program(boolean toMemory, int address, int length) {
        bench.out(0xD6, 0xC0);
        bench.out(0xD4, 0x00);
        bench.out(0x0A, 0x06);
        bench.out(0x0C, 0);
        bench.out(0x0B, toMemory ? 0x46 : 0x4A);
        bench.out(0x04, address & 0xFF);
        bench.out(0x04, address >> 8 & 0xFF);
        bench.out(0x81, address >> 16);
        bench.out(0x05, length - 1 & 0xFF);
        bench.out(0x05, length - 1 >> 8);
        bench.out(0x0A, 0x02);
    }

    byte[] ram(int at, int length) {
        byte[] bytes = new byte[length];
        ram.copyOut(at, bytes, 0, length);
        return bytes;
    }
}
