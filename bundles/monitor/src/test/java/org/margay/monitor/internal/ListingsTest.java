package org.margay.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.InterruptMessages;
import org.margay.pci.InterruptRouter;
import org.margay.pci.PciBridge;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciRegister;
import org.margay.testkit.BenchMachine;

class ListingsTest {
    private final BenchMachine machine = new BenchMachine();

    @Test
    void addressesShowWhatAnswersWhere() {
        machine.portRoot()
                .add(
                        MemoryRegion.io("pit", 4, AccessSizes.BYTE, new IoHandler() {
                            @Override
                            public long read(long offset, int size) {
                                return 0;
                            }

                            @Override
                            public void write(long offset, int size, long value) {}
                        }),
                        0x40);
        assertThat(Listings.addresses(machine))
                .contains("address-space: I/O")
                .contains("  0000000000000040-0000000000000043 (i/o): pit");
    }

    @Test
    void objectsShowTypeAndLiveProperties() {
        machine.objects().add("/machine/peripheral/com1", new ObjectNode() {
            @Override
            public String typeName() {
                return "isa-serial";
            }

            @Override
            public Collection<ObjectProperty> properties() {
                return List.of(ObjectProperty.readOnly("irq", "int32", () -> 4));
            }
        });
        assertThat(Listings.objects(machine).lines())
                .containsExactly(
                        "machine (container)", "  peripheral (container)", "    com1 (isa-serial)", "        irq = 4");
    }

    @Test
    void withoutPciItSaysSo() {
        assertThat(Listings.pci(machine)).isEqualTo("PCI not supported");
    }

    @Test
    void bridgesShowTheirWindowsThenWhatIsBehind() throws DeviceException {
        InterruptRouter router = new InterruptRouter() {
            @Override
            public int wire(int slot, int pin) {
                return pin;
            }

            @Override
            public void set(int wire, boolean asserted) {}
        };
        PciBus root = new PciBus(
                "pci.0", machine.memoryRoot(), machine.portRoot(), machine.memory(), router, InterruptMessages.NONE);
        machine.publish(PciBus.class, root);
        Device<?> owner = (Device<?>)
                Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class}, (_, _, _) -> null);
        PciBridge bridge = new PciBridge(
                root, "bridge", "br", new PciIdentity(0x1B36, 1, 0, 0x060400, 0), "br", PciBus.SLOTS, owner);
        root.plug(bridge.pci());
        bridge.secondary().plug(new PciFunction("card", "c", new PciIdentity(0x1234, 0x5678, 0, 0x020000, 0)));
        bridge.pci().writeConfig(PciRegister.SECONDARY_BUS, 2, 0x0101);
        bridge.pci().writeConfig(PciRegister.MEMORY_BASE, 4, 0xFE10_FE00);
        assertThat(Listings.pci(machine).lines())
                .containsExactly(
                        "  Bus  0, device   0, function 0:",
                        "    PCI bridge: PCI device 1b36:0001",
                        "      BUS 0.",
                        "      secondary bus 1.",
                        "      subordinate bus 1.",
                        "      IO range [0x0000, 0x0fff]",
                        "      memory range [0xfe000000, 0xfe1fffff]",
                        "      prefetchable memory range [0x00000000, 0x000fffff]",
                        "      id \"br\"",
                        "  Bus  1, device   0, function 0:",
                        "    Ethernet controller: PCI device 1234:5678",
                        "      id \"c\"");
    }
}
