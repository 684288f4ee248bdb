package org.margay.testkit.cards;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pci.InterruptRouter;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;

/**
 * A {@link DeviceBench} with a PCI bus "pci.0" and {@link #RAM_SIZE} bytes of RAM from address 0. The wire of INTA# is the bench's
 * line "INTA"; message signalled interrupts are written down.
 */
public final class CardBench {
    /** Bytes of RAM. */
    public static final int RAM_SIZE = 1 << 20;

    /** Where memory BARs are mapped: the one of index n at n times {@link #BAR_SPACING} from here on. */
    public static final long MEMORY_BARS = 0xE000_0000L;

    public static final long BAR_SPACING = 0x0100_0000L;

    /** Where I/O BARs are mapped: the one of index n at n times 0x100 from here on. */
    public static final int IO_BARS = 0xC000;

    /** A message signalled interrupt. */
    public record Message(long address, int data) {}

    private final DeviceBench bench;
    private final GuestRam ram = GuestRam.allocate("ram", RAM_SIZE);
    private final List<Message> messages = new ArrayList<>();
    private final PciBus bus;

    private CardBench(DeviceBench bench) {
        this.bench = bench;
        bench.memory().add(MemoryRegion.ram(ram), 0);
        // Before any is driven, so that two benches have the same lines to compare.
        for (char pin = 'A'; pin <= 'D'; pin++) {
            bench.line("INT" + pin);
        }
        bus = new PciBus(
                "pci.0",
                bench.memory(),
                bench.ports(),
                bench.machine().memory(),
                new InterruptRouter() {
                    @Override
                    public int wire(int slot, int pin) {
                        return pin;
                    }

                    @Override
                    public void set(int wire, boolean asserted) {
                        bench.line("INT" + (char) ('A' + wire)).set(asserted);
                    }
                },
                (address, data) -> messages.add(new Message(address, data)));
        bench.machine().buses().add(bus);
        bench.machine().publish(PciBus.class, bus);
    }

    /** The one of a bench, made when first asked for. */
    public static CardBench of(DeviceBench bench) {
        return bench.machine().findOrPublish(CardBench.class, () -> new CardBench(bench));
    }

    public DeviceBench bench() {
        return bench;
    }

    public PciBus bus() {
        return bus;
    }

    public GuestRam ram() {
        return ram;
    }

    /** Message signalled interrupts since the last call. */
    public List<Message> takeMessages() {
        List<Message> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    /**
     * Makes a device and plugs it, as the machine would.
     *
     * @param bus where it goes
     * @param properties as a user writes them; "id" too
     */
    public <P extends Record, S extends Record> Device<S> plug(
            DeviceDriver<P, S> driver, Bus bus, Map<String, String> properties) throws DeviceException {
        Map<String, String> own = new LinkedHashMap<>(properties);
        Optional<String> id = Optional.ofNullable(own.remove("id"));
        P bound = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).bind(own);
        return driver.create(bound, new Context(bench.machine(), bus, id, id.orElse(driver.name() + ".0")));
    }

    /** Plugs a card into the bench's bus and {@link #map maps} it. */
    public <P extends Record, S extends Record> Device<S> plugMapped(
            DeviceDriver<P, S> driver, Map<String, String> properties) {
        try {
            Device<S> device = plug(driver, bus, properties);
            map(((PciDevice<S>) device).pci());
            return device;
        } catch (DeviceException e) {
            throw new AssertionError(e.description(), e);
        }
    }

    /** Does what firmware does: gives all BARs their addresses, lets the card decode them and be a bus master. */
    public static void map(PciFunction pci) {
        for (PciBar bar : pci.bars()) {
            int register = bar.index() == PciBar.ROM ? PciRegister.ROM_ADDRESS : PciRegister.BAR_0 + 4 * bar.index();
            pci.writeConfig(register, 4, (int) address(bar));
        }
        pci.writeConfig(
                PciRegister.COMMAND,
                2,
                PciRegister.COMMAND_IO | PciRegister.COMMAND_MEMORY | PciRegister.COMMAND_BUS_MASTER);
    }

    /** Where {@link #map} puts a BAR. */
    public static long address(PciBar bar) {
        return bar.kind() == PciBar.Kind.IO ? IO_BARS + 0x100L * bar.index() : MEMORY_BARS + BAR_SPACING * bar.index();
    }

    /** Makes the RAM of a fresh bench the same as this one's; only pages that are used take memory. */
    public void copyRamTo(CardBench other) {
        byte[] page = new byte[GuestRam.PAGE_SIZE];
        byte[] zeros = new byte[GuestRam.PAGE_SIZE];
        for (int at = 0; at < RAM_SIZE; at += page.length) {
            ram.copyOut(at, page, 0, page.length);
            if (!Arrays.equals(page, zeros)) {
                other.ram.copyIn(at, page, 0, page.length);
            }
        }
    }

    private record Context(Machine machine, Bus bus, Optional<String> id, String label) implements DeviceContext {
        @Override
        public <T> T backend(Class<T> kind, String backendId) throws DeviceException {
            return machine.backends()
                    .find(kind, backendId)
                    .orElseThrow(() -> new DeviceException("no %s %s".formatted(kind.getSimpleName(), backendId)));
        }
    }
}
