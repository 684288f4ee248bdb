package org.margay.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
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
                .contains("address-space: ports")
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
}
