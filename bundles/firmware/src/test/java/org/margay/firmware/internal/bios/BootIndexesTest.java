package org.margay.firmware.internal.bios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.ObjectTree;

class BootIndexesTest {
    private final ObjectTree objects = new ObjectTree();

    private void device(String path, Map<String, Object> properties) {
        objects.add(path, new ObjectNode() {
            @Override
            public String typeName() {
                return "device";
            }

            @Override
            public Collection<ObjectProperty> properties() {
                return properties.entrySet().stream()
                        .map(entry -> ObjectProperty.readOnly(entry.getKey(), "str", entry::getValue))
                        .toList();
            }
        });
    }

    @Test
    void devicesAreNamedInTheOrderOfTheirIndexes() {
        device("/machine/peripheral/v", Map.of("bootindex", 2, "addr", "1f.3", "parent_bus", "pci.0"));
        device("/machine/peripheral/n", Map.of("bootindex", 7, "addr", "03.0", "parent_bus", "pci.0"));
        device("/machine/peripheral/h", Map.of("bootindex", 1, "unit", "1", "parent_bus", "ide.0"));
        device("/machine/peripheral/c", Map.of("bootindex", 3, "unit", "0", "parent_bus", "ide.1"));
        device("/machine/peripheral/none", Map.of("bootindex", -1, "addr", "04.0", "parent_bus", "pci.0"));
        device("/machine/peripheral/behind", Map.of("bootindex", 0, "addr", "04.0", "parent_bus", "bridge"));
        device("/machine/unattached/f", Map.of("bootindexA", 5, "bootindexB", -1, "parent_bus", "isa.0"));
        assertThat(BootIndexes.paths(objects))
                .containsExactly(
                        "/pci@i0cf8/ide@1,1/drive@0/disk@1",
                        "/pci@i0cf8/device@1f,3",
                        "/pci@i0cf8/ide@1,1/drive@1/disk@0",
                        "/pci@i0cf8/isa@1/fdc@03f0/floppy@0",
                        "/pci@i0cf8/device@3");
    }
}
