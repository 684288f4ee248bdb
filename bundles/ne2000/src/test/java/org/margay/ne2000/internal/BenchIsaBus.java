package org.margay.ne2000.internal;

import java.util.Map;
import java.util.Optional;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;
import org.margay.pc.IsaBus;
import org.margay.testkit.DeviceBench;

/** An ISA bus on a bench. */
record BenchIsaBus(DeviceBench bench) implements IsaBus {
    private record Context(Machine machine, BenchIsaBus bus) implements DeviceContext {
        @Override
        public Optional<String> id() {
            return Optional.empty();
        }

        @Override
        public String label() {
            return "ne2k_isa.0";
        }

        @Override
        public <T> T backend(Class<T> kind, String backendId) throws DeviceException {
            return machine.backends().find(kind, backendId).orElseThrow(() -> new DeviceException("no " + backendId));
        }
    }

    Device<Dp8390.State> plug(Map<String, String> properties) throws DeviceException {
        Ne2kIsaDriver driver = new Ne2kIsaDriver();
        Ne2kIsa.Properties bound =
                new PropertyBinder<>(driver.propertiesType(), Wording.ofDevice(driver.name())).bind(properties);
        return driver.create(bound, new Context(bench.machine(), this));
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
        throw new UnsupportedOperationException();
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
