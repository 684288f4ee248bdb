package org.margay.machine.internal.device;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;

/**
 * A device in the object tree: what every device has, the driver's properties with their values or defaults, the place on the bus,
 * and what the device itself shows.
 */
record DeviceNode(PluggedDevice<?, ?> plugged, boolean hotpluggable) implements ObjectNode {
    @Override
    public String typeName() {
        return plugged.driver().name();
    }

    @Override
    public Collection<ObjectProperty> properties() {
        Map<String, ObjectProperty> all = new LinkedHashMap<>();
        add(
                all,
                ObjectProperty.readOnly(
                        "hotplugged", "bool", () -> plugged.identity().hotplugged()));
        add(all, ObjectProperty.readOnly("hotpluggable", "bool", () -> hotpluggable));
        add(all, ObjectProperty.readOnly("realized", "bool", () -> true));
        add(
                all,
                ObjectProperty.readOnly(
                        "parent_bus", "link<bus>", () -> plugged.bus().name()));
        addDeclared(all);
        plugged.bus().placeOf(plugged.device()).forEach((name, value) -> add(all, placed(all.get(name), name, value)));
        plugged.device().properties().forEach(property -> add(all, property));
        return all.values();
    }

    private void addDeclared(Map<String, ObjectProperty> all) {
        Map<String, Object> values = PropertyBinder.values(plugged.properties());
        new PropertyBinder<>(plugged.driver().propertiesType(), Wording.ofDevice(typeName()))
                .all()
                .forEach(property -> {
                    @Nullable Object value = values.get(property.name());
                    add(all, ObjectProperty.readOnly(property.name(), property.typeName(), () -> shown(value)));
                });
    }

    private static void add(Map<String, ObjectProperty> all, ObjectProperty property) {
        all.put(property.name(), property);
    }

    private static ObjectProperty placed(@Nullable ObjectProperty declared, String name, String value) {
        String type = Optional.ofNullable(declared).map(ObjectProperty::type).orElse("str");
        return ObjectProperty.readOnly(name, type, () -> value);
    }

    /** Numbers and switches as such, all else as text; "" for what was not said and has no default. */
    private static Object shown(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number -> number;
            case Boolean flag -> flag;
            default -> value.toString();
        };
    }
}
