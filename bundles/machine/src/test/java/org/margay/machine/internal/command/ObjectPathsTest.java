package org.margay.machine.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.ObjectTree;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;

class ObjectPathsTest {
    private final ObjectTree tree = new ObjectTree();

    private record Node(String typeName, Collection<ObjectProperty> properties) implements ObjectNode {}

    @BeforeEach
    void plant() {
        tree.add(
                "/machine/peripheral/net1",
                new Node("e1000", List.of(ObjectProperty.readOnly("mac", "string", () -> "52:54:00:12:34:56"))));
        tree.add("/machine/i440fx/pci.0", new Node("PCI", List.of()));
        tree.add("/machine/other/pci.0", new Node("PCI", List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "'',/",
        "/,/",
        "//,/",
        "/machine/peripheral/,/machine/peripheral",
        "net1,/machine/peripheral/net1",
        "peripheral/net1,/machine/peripheral/net1",
        "i440fx/pci.0,/machine/i440fx/pci.0"
    })
    void findsObjects(String path, String full) throws QmpException {
        assertThat(ObjectPaths.resolve(tree, path)).isEqualTo(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "nope", "et1", "pci.0", "/peripheral/net1"})
    void whatIsNotThereOrAmbiguousIsNotFound(String path) {
        assertThatThrownBy(() -> ObjectPaths.resolve(tree, path))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.DeviceNotFound))
                .hasMessage("Device '" + path + "' not found");
    }

    @Test
    void listsTypePropertiesAndChildren() {
        assertThat(ObjectPaths.properties(tree, "/machine/peripheral/net1"))
                .extracting(ObjectProperty::name)
                .containsExactly("type", "mac");
        assertThat(ObjectPaths.properties(tree, "/machine"))
                .extracting(ObjectProperty::name, ObjectProperty::type)
                .containsExactly(
                        tuple("type", "string"),
                        tuple("i440fx", "child<container>"),
                        tuple("other", "child<container>"),
                        tuple("peripheral", "child<container>"));
    }

    @Test
    void readsProperties() throws QmpException {
        assertThat(ObjectPaths.property(tree, "net1", "mac").getter().get()).isEqualTo("52:54:00:12:34:56");
        assertThat(ObjectPaths.property(tree, "net1", "type").getter().get()).isEqualTo("e1000");
        assertThat(ObjectPaths.property(tree, "/machine", "peripheral").getter().get())
                .isEqualTo("/machine/peripheral");
        assertThatThrownBy(() -> ObjectPaths.property(tree, "net1", "nope"))
                .isInstanceOf(QmpException.class)
                .hasMessage("Property '.nope' not found");
    }
}
