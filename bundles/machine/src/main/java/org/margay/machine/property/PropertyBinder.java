package org.margay.machine.property;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;
import org.margay.machine.option.NearestName;
import org.margay.machine.option.SizeText;
import org.margay.qmp.WireName;

/**
 * The properties that a record declares: names and types for help, and an instance from what the user wrote.
 *
 * <p>A component is one property; its name is the component's in kebab-case, or its {@link WireName}. Types: numbers, boolean,
 * String, enums (by {@code toString()}), classes with a static {@code parse(String)} that throws {@link
 * IllegalArgumentException}, {@code List} of these (for what may be said several times), {@code Optional} of these. Boxed,
 * object and Optional components may be left out; {@link Default} says what they are then, and lets primitives be left out
 * too. Records without {@code parse} are shared groups of properties and appear flat.
 *
 * @param <P> the record
 */
public final class PropertyBinder<P extends Record> {
    /**
     * One property.
     *
     * @param defaultValue as a user would write it, or null
     */
    public record Property(
            String name,
            String typeName,
            boolean required,
            @Nullable String defaultValue) {}

    private final Class<P> type;
    private final Wording wording;
    private final Map<String, RecordComponent> components = new LinkedHashMap<>();

    public PropertyBinder(Class<P> type, Wording wording) {
        this.type = type;
        this.wording = wording;
        flatten(type).forEach(component -> components.put(name(component), component));
    }

    /** In the order of declaration. */
    public List<Property> all() {
        return components.values().stream()
                .map(component -> new Property(
                        name(component),
                        typeName(component),
                        component.getType().isPrimitive() && defaultOf(component) == null,
                        defaultOf(component)))
                .toList();
    }

    /** A line for each, in alphabetical order: what is listed for {@code -device DRIVER,help} and its like. */
    public String help() {
        return all().stream()
                .sorted(Comparator.comparing(Property::name))
                .map(property -> "  %s=<%s>%s\n".formatted(property.name(), property.typeName(), note(property)))
                .collect(Collectors.joining());
    }

    private static String note(Property property) {
        if (property.required()) {
            return "  (required)";
        }
        return property.defaultValue() == null ? "" : "  (default: " + property.defaultValue() + ")";
    }

    public boolean has(String name) {
        return components.containsKey(name);
    }

    /**
     * Makes the record.
     *
     * @throws DeviceException naming the property that is unknown, missing or wrong
     */
    public P bind(Map<String, String> values) throws DeviceException {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        values.forEach((name, value) -> lists.put(name, List.of(value)));
        return bindAll(lists);
    }

    /**
     * Makes the record from values that may each be said several times; the last one counts, but for lists.
     *
     * @throws DeviceException naming the property that is unknown, missing or wrong
     */
    public P bindAll(Map<String, List<String>> values) throws DeviceException {
        for (String name : values.keySet()) {
            if (!components.containsKey(name)) {
                throw new DeviceException(wording.unknown(name, NearestName.hint(name, components.keySet())));
            }
        }
        return type.cast(make(type, values));
    }

    /**
     * What an option's value says of the properties, each time that it says it: for {@link #bindAll}.
     *
     * @throws OptionException when it says something else besides
     */
    public Map<String, List<String>> take(KeyValues values) throws OptionException {
        Map<String, List<String>> taken = new LinkedHashMap<>();
        for (String name : components.keySet()) {
            Optional<String> last = values.string(name);
            List<String> said = values.strings(name);
            // A bare "noNAME" says "off" without having a value.
            last.ifPresent(value -> taken.put(name, said.isEmpty() ? List.of(value) : said));
        }
        values.finish();
        return taken;
    }

    /** What an instance says, by name; what is not said is not there. */
    public static Map<String, Object> values(Record properties) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : properties.getClass().getRecordComponents()) {
            @Nullable Object value = read(component, properties);
            if (isGroup(component.getType())) {
                if (value != null) {
                    values.putAll(values((Record) value));
                }
            } else if (value instanceof Optional<?> optional) {
                optional.ifPresent(there -> values.put(name(component), there));
            } else if (value != null) {
                values.put(name(component), value);
            }
        }
        return values;
    }

    private Record make(Class<?> record, Map<String, List<String>> values) throws DeviceException {
        RecordComponent[] parts = record.getRecordComponents();
        @Nullable Object[] arguments = new @Nullable Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            RecordComponent part = parts[i];
            arguments[i] = isGroup(part.getType())
                    ? make(part.getType(), values)
                    : argument(part, values.getOrDefault(name(part), List.of()));
        }
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(
                    Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
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

    private @Nullable Object argument(RecordComponent component, List<String> said) throws DeviceException {
        Class<?> wrapper = component.getType();
        @Nullable String fallback = defaultOf(component);
        if (wrapper == List.class) {
            List<Object> all = new ArrayList<>();
            for (String text : said) {
                all.add(value(component, text));
            }
            return List.copyOf(all);
        }
        if (said.isEmpty() && fallback == null) {
            if (wrapper.isPrimitive()) {
                throw new DeviceException("Parameter '%s' is missing".formatted(name(component)));
            }
            return wrapper == Optional.class ? Optional.empty() : null;
        }
        Object value = value(component, said.isEmpty() ? String.valueOf(fallback) : said.getLast());
        return wrapper == Optional.class ? Optional.of(value) : value;
    }

    private Object value(RecordComponent component, String text) throws DeviceException {
        Class<?> wanted = valueType(component);
        try {
            if (wanted.isEnum()) {
                return Stream.of(wanted.getEnumConstants())
                        .filter(constant -> constant.toString().equals(text))
                        .findFirst()
                        .orElseThrow(NumberFormatException::new);
            }
            return switch (wanted.getName()) {
                case "java.lang.String" -> text;
                case "int", "java.lang.Integer" -> Math.toIntExact(number(component, text));
                case "long", "java.lang.Long" -> number(component, text);
                case "boolean", "java.lang.Boolean" ->
                    switch (text) {
                        case "on", "yes", "true", "y" -> true;
                        case "off", "no", "false", "n" -> false;
                        default -> throw new NumberFormatException();
                    };
                default -> parse(wanted, text);
            };
        } catch (IllegalArgumentException | ArithmeticException | OptionException _) {
            throw new DeviceException(wording.badValue(name(component), text));
        }
    }

    private static long number(RecordComponent component, String text) throws OptionException {
        @Nullable PropertyType declared = component.getAnnotation(PropertyType.class);
        String typeName = declared == null ? "" : declared.value();
        if (typeName.equals("size")) {
            return SizeText.parse(name(component), text, 1);
        }
        long value = Long.decode(text);
        int bits = switch (typeName) {
            case "uint8" -> 8;
            case "uint16" -> 16;
            case "uint32" -> 32;
            case "uint64" -> 63;
            default -> 64;
        };
        if (bits < 64 && value >>> bits != 0) {
            throw new NumberFormatException();
        }
        return value;
    }

    private static Object parse(Class<?> wanted, String text) {
        try {
            Method parser = wanted.getMethod("parse", String.class);
            parser.setAccessible(true);
            return parser.invoke(null, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("property type " + wanted, e);
        }
    }

    private static boolean isGroup(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getMethods())
                        .noneMatch(method -> method.getName().equals("parse")
                                && Modifier.isStatic(method.getModifiers())
                                && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}));
    }

    private static List<RecordComponent> flatten(Class<?> record) {
        List<RecordComponent> flat = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (isGroup(component.getType())) {
                flat.addAll(flatten(component.getType()));
            } else {
                flat.add(component);
            }
        }
        return flat;
    }

    private static String typeName(RecordComponent component) {
        Class<?> value = valueType(component);
        @Nullable PropertyType declared = component.getAnnotation(PropertyType.class);
        if (declared == null) {
            declared = value.getAnnotation(PropertyType.class);
        }
        if (declared != null) {
            return declared.value();
        }
        if (value.isEnum()) {
            return Arrays.stream(value.getEnumConstants()).map(Object::toString).collect(Collectors.joining("|"));
        }
        return switch (value.getSimpleName().toLowerCase(Locale.ROOT)) {
            case "string" -> "str";
            case "boolean" -> "bool";
            case "int", "integer" -> "int32";
            case "long" -> "int64";
            case String other -> other;
        };
    }

    private static @Nullable String defaultOf(RecordComponent component) {
        @Nullable Default given = component.getAnnotation(Default.class);
        return given == null ? null : given.value();
    }

    private static String name(RecordComponent component) {
        @Nullable WireName given = component.getAnnotation(WireName.class);
        return given != null
                ? given.value()
                : component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static Class<?> valueType(RecordComponent component) {
        if (component.getType() != Optional.class && component.getType() != List.class) {
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
