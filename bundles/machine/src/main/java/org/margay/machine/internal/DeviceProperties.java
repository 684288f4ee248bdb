package org.margay.machine.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.option.NearestName;
import org.margay.qmp.WireName;

/**
 * A driver's properties as its record says: names and types for help, and an instance from what the user wrote. Records within the
 * record are shared groups of properties and appear flat. Boxed and object components are optional.
 *
 * @param <P> the driver's record
 */
final class DeviceProperties<P extends Record> {
    /** One property. */
    record Property(String name, Class<?> type, boolean optional) {
        /** As help shows it. */
        String typeName() {
            if (type.isEnum()) {
                return Arrays.stream(type.getEnumConstants())
                        .map(Object::toString)
                        .collect(Collectors.joining("|"));
            }
            return switch (type.getSimpleName().toLowerCase(Locale.ROOT)) {
                case "string" -> "str";
                case "boolean" -> "bool";
                case "int", "integer" -> "int32";
                case "long" -> "int64";
                case String other -> other;
            };
        }
    }

    private final String driver;
    private final Class<P> type;
    private final Map<String, Property> properties = new LinkedHashMap<>();

    DeviceProperties(String driver, Class<P> type) {
        this.driver = driver;
        this.type = type;
        flatten(type).forEach(component -> {
            Property property = new Property(
                    name(component), valueType(component), !component.getType().isPrimitive());
            properties.put(property.name, property);
        });
    }

    List<Property> all() {
        return List.copyOf(properties.values());
    }

    /**
     * Makes the record.
     *
     * @throws DeviceException naming the property that is unknown, missing or wrong
     */
    P bind(Map<String, String> values) throws DeviceException {
        for (String name : values.keySet()) {
            if (!properties.containsKey(name)) {
                throw new DeviceException("Property '%s.%s' not found%s"
                        .formatted(driver, name, NearestName.hint(name, properties.keySet())));
            }
        }
        return type.cast(make(type, values));
    }

    /** What an instance says now, by name. */
    static Map<String, Object> values(Record properties) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : properties.getClass().getRecordComponents()) {
            @Nullable Object value = read(component, properties);
            if (value instanceof Record group) {
                values.putAll(values(group));
            } else if (value instanceof Optional<?> optional) {
                optional.ifPresent(there -> values.put(name(component), there));
            } else if (value != null) {
                values.put(name(component), value);
            }
        }
        return values;
    }

    private Record make(Class<?> record, Map<String, String> values) throws DeviceException {
        RecordComponent[] components = record.getRecordComponents();
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            arguments[i] = component.getType().isRecord()
                    ? make(component.getType(), values)
                    : argument(component, values.get(name(component)));
        }
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (Record) constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw new DeviceException(String.valueOf(wrong.getMessage()));
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object argument(RecordComponent component, @Nullable String text) throws DeviceException {
        boolean optional = component.getType() == Optional.class;
        if (text == null) {
            if (component.getType().isPrimitive()) {
                throw new DeviceException("Parameter '%s' is missing".formatted(name(component)));
            }
            return optional ? Optional.empty() : null;
        }
        Object value = value(name(component), valueType(component), text);
        return optional ? Optional.of(value) : value;
    }

    private Object value(String name, Class<?> wanted, String text) throws DeviceException {
        try {
            if (wanted.isEnum()) {
                return Stream.of(wanted.getEnumConstants())
                        .filter(constant -> constant.toString().equals(text))
                        .findFirst()
                        .orElseThrow(NumberFormatException::new);
            }
            return switch (wanted.getName()) {
                case "java.lang.String" -> text;
                case "int", "java.lang.Integer" -> Math.toIntExact(Long.decode(text));
                case "long", "java.lang.Long" -> Long.decode(text);
                case "boolean", "java.lang.Boolean" ->
                    switch (text) {
                        case "on", "yes", "true", "y" -> true;
                        case "off", "no", "false", "n" -> false;
                        default -> throw new NumberFormatException();
                    };
                default -> throw new IllegalStateException("property type " + wanted);
            };
        } catch (NumberFormatException | ArithmeticException _) {
            throw new DeviceException("Property '%s.%s' doesn't take value '%s'".formatted(driver, name, text));
        }
    }

    private static List<RecordComponent> flatten(Class<?> record) {
        List<RecordComponent> flat = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getType().isRecord()) {
                flat.addAll(flatten(component.getType()));
            } else {
                flat.add(component);
            }
        }
        return flat;
    }

    private static String name(RecordComponent component) {
        @Nullable WireName given = component.getAnnotation(WireName.class);
        return given != null
                ? given.value()
                : component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static Class<?> valueType(RecordComponent component) {
        if (component.getType() != Optional.class) {
            return component.getType();
        }
        Type argument = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        return (Class<?>) argument;
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
