package org.margay.testkit.cards;

import java.util.Map;
import java.util.Optional;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.pc.IsaBus;
import org.margay.testkit.DeviceBench;

/**
 * An ISA bus "isa.0" on a bench, without DMA. Interrupt request N is the bench's line "irqN".
 *
 * @param bench whose ports and memory it has
 */
public record BenchIsaBus(DeviceBench bench) implements IsaBus {
    /**
     * Makes a device as {@code -device} would.
     *
     * @throws DeviceException when its properties are wrong, or it can't be made
     */
    public <P extends Record, S extends Record> Device<S> plug(
            DeviceDriver<P, S> driver, Map<String, String> properties) throws DeviceException {
        P bound = new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).bind(properties);
        return driver.create(bound, new Context(bench.machine(), this, driver.name() + ".0"));
    }

    private record Context(Machine machine, Bus bus, String label) implements DeviceContext {
        @Override
        public Optional<String> id() {
            return Optional.empty();
        }

        @Override
        public <T> T backend(Class<T> kind, String id) throws DeviceException {
            return machine.backends().find(kind, id).orElseThrow(() -> new DeviceException("no " + id));
        }
    }

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
        throw new UnsupportedOperationException("no DMA on this bench");
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

    @Override
    public boolean hasRoom() {
        return true;
    }
}
