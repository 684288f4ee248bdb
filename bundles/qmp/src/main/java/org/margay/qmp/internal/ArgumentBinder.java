package org.margay.qmp.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.OtherArguments;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;

/**
 * Makes argument records from JSON objects. First all that must be there is looked for, in the record's order; then the
 * client's members are checked in theirs: known, and of the right type.
 */
final class ArgumentBinder<A extends Record> {
    /** The wrapper that makes a component optional. */
    private enum Wrapper {
        NONE,
        OPTIONAL,
        OPTIONAL_INT,
        OPTIONAL_LONG
    }

    private record Slot(String name, int index, Class<?> type, Wrapper wrapper) {
        @Nullable
        Object absent() {
            return switch (wrapper) {
                case NONE -> null;
                case OPTIONAL -> Optional.empty();
                case OPTIONAL_INT -> OptionalInt.empty();
                case OPTIONAL_LONG -> OptionalLong.empty();
            };
        }

        Object present(Object value) {
            return switch (wrapper) {
                case NONE -> value;
                case OPTIONAL -> Optional.of(value);
                case OPTIONAL_INT -> OptionalInt.of((Integer) value);
                case OPTIONAL_LONG -> OptionalLong.of((Long) value);
            };
        }
    }

    private final Constructor<A> constructor;
    private final Slot[] slots;
    private final Map<String, Slot> byName = new HashMap<>();
    private final @Nullable Slot others;

    ArgumentBinder(Class<A> type) {
        RecordComponent[] components = type.getRecordComponents();
        slots = new Slot[components.length];
        Slot rest = null;
        for (int i = 0; i < components.length; i++) {
            slots[i] = slot(components[i], i);
            if (components[i].isAnnotationPresent(OtherArguments.class)) {
                rest = slots[i];
            } else {
                byName.put(slots[i].name(), slots[i]);
            }
        }
        others = rest;
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " has no canonical constructor", e);
        }
    }

    private static Slot slot(RecordComponent component, int index) {
        String name = WireNames.of(component);
        Class<?> type = component.getType();
        if (type == Optional.class) {
            Type argument = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            Class<?> raw = argument instanceof ParameterizedType generic
                    ? (Class<?>) generic.getRawType()
                    : (Class<?>) argument;
            return new Slot(name, index, raw, Wrapper.OPTIONAL);
        }
        if (type == OptionalInt.class) {
            return new Slot(name, index, int.class, Wrapper.OPTIONAL_INT);
        }
        if (type == OptionalLong.class) {
            return new Slot(name, index, long.class, Wrapper.OPTIONAL_LONG);
        }
        return new Slot(name, index, type, Wrapper.NONE);
    }

    A bind(Map<String, @Nullable Object> arguments) throws QmpException {
        @Nullable Object[] values = new @Nullable Object[slots.length];
        for (Slot slot : slots) {
            if (slot == others) {
                values[slot.index()] = new LinkedHashMap<String, @Nullable Object>();
            } else if (slot.wrapper() != Wrapper.NONE) {
                values[slot.index()] = slot.absent();
            } else if (!arguments.containsKey(slot.name())) {
                throw QmpErrors.missingParameter(slot.name());
            }
        }
        for (Map.Entry<String, @Nullable Object> argument : arguments.entrySet()) {
            Slot slot = byName.get(argument.getKey());
            if (slot != null) {
                values[slot.index()] = slot.present(convert(slot.name(), argument.getValue(), slot.type()));
            } else if (others != null) {
                @SuppressWarnings("unchecked")
                Map<String, @Nullable Object> rest = (Map<String, @Nullable Object>) values[others.index()];
                rest.put(argument.getKey(), argument.getValue());
            } else {
                throw QmpErrors.invalidParameter(argument.getKey());
            }
        }
        return construct(values);
    }

    private A construct(@Nullable Object[] values) throws QmpException {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new QmpException(String.valueOf(refused.getMessage()));
            }
            throw new IllegalStateException("arguments not taken by " + constructor, e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("arguments not taken by " + constructor, e);
        }
    }

    private static Object convert(String name, @Nullable Object value, Class<?> type) throws QmpException {
        if (type == String.class) {
            return require(value instanceof String, name, "string", value);
        }
        if (type == boolean.class || type == Boolean.class) {
            return require(value instanceof Boolean, name, "bool", value);
        }
        if (type == long.class || type == Long.class) {
            return require(value instanceof Long, name, "int", value);
        }
        if (type == int.class || type == Integer.class) {
            long number = (Long) require(value instanceof Long, name, "int", value);
            if (number != (int) number) {
                throw QmpErrors.invalidParameterValue(name, "a value between -2147483648 and 2147483647");
            }
            return (int) number;
        }
        if (type == double.class || type == Double.class) {
            return ((Number) require(value instanceof Number, name, "number", value)).doubleValue();
        }
        if (type == Map.class) {
            return require(value instanceof Map, name, "object", value);
        }
        if (type == List.class) {
            return require(value instanceof List, name, "array", value);
        }
        if (type.isEnum()) {
            return constant(name, (String) require(value instanceof String, name, "string", value), type);
        }
        if (type.isRecord()) {
            @SuppressWarnings("unchecked")
            Map<String, @Nullable Object> members =
                    (Map<String, @Nullable Object>) require(value instanceof Map, name, "object", value);
            return new ArgumentBinder<>(type.asSubclass(Record.class)).bind(members);
        }
        if (type == Object.class) {
            return require(value != null, name, "a value", value);
        }
        throw new IllegalArgumentException("no JSON for " + type.getName());
    }

    private static Object constant(String name, String value, Class<?> type) throws QmpException {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equals(value)) {
                return constant;
            }
        }
        throw QmpErrors.invalidParameterValue(
                name,
                "one of "
                        + Stream.of(type.getEnumConstants())
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")));
    }

    private static Object require(boolean right, String name, String expected, @Nullable Object value)
            throws QmpException {
        if (!right || value == null) {
            throw QmpErrors.invalidParameterType(name, expected);
        }
        return value;
    }
}
