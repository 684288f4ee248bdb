package org.margay.state.internal;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.state.StateCodec;
import org.margay.state.StateException;

/** Bytes to records, led by the record's types: what does not fit them is refused as soon as it is seen. */
public final class StateReader {
    private static final int MAX_DEPTH = 32;

    private final ByteBuffer in;
    private int depth;

    private StateReader(byte[] encoded) {
        in = ByteBuffer.wrap(encoded);
    }

    public static <S extends Record> S read(Class<S> type, byte[] encoded) throws StateException {
        StateReader reader = new StateReader(encoded);
        if (!Arrays.equals(reader.bytes(Tag.MAGIC.length), Tag.MAGIC)) {
            throw new StateException("This is no saved state");
        }
        Object state = reader.value(type);
        if (state == null) {
            throw new StateException("Saved state is null");
        }
        if (reader.in.hasRemaining()) {
            throw new StateException("%d bytes behind the saved state".formatted(reader.in.remaining()));
        }
        return type.cast(state);
    }

    private @Nullable Object value(Type type) throws StateException {
        Class<?> raw = rawType(type);
        if (raw == Optional.class) {
            return Optional.ofNullable(value(argument(type)));
        }
        int tag = bytes(1)[0];
        return switch (tag) {
            case Tag.NULL -> {
                if (raw.isPrimitive()) {
                    throw new StateException("null for a " + raw);
                }
                yield null;
            }
            case Tag.FALSE, Tag.TRUE -> fits(raw == boolean.class || raw == Boolean.class, tag == Tag.TRUE, raw);
            case Tag.INTEGER -> integer(raw);
            case Tag.FLOAT ->
                fits(
                        raw == float.class || raw == Float.class,
                        ByteBuffer.wrap(bytes(4)).getFloat(),
                        raw);
            case Tag.DOUBLE ->
                fits(
                        raw == double.class || raw == Double.class,
                        ByteBuffer.wrap(bytes(8)).getDouble(),
                        raw);
            case Tag.STRING -> string(raw);
            case Tag.BYTES -> fits(raw == byte[].class, bytes(count(1)), raw);
            case Tag.LIST -> list(type, raw);
            case Tag.RECORD -> record(raw);
            default -> throw new StateException("Unknown tag %d at byte %d".formatted(tag, in.position() - 1));
        };
    }

    private static Object fits(boolean fits, Object value, Class<?> type) throws StateException {
        if (!fits) {
            throw new StateException(
                    "%s where %s is needed".formatted(value.getClass().getSimpleName(), type.getSimpleName()));
        }
        return value;
    }

    private Object integer(Class<?> type) throws StateException {
        long zigzag = number();
        long value = (zigzag >>> 1) ^ -(zigzag & 1);
        if (type == long.class || type == Long.class) {
            return value;
        }
        if ((type == int.class || type == Integer.class) && value == (int) value) {
            return (int) value;
        }
        if ((type == short.class || type == Short.class) && value == (short) value) {
            return (short) value;
        }
        if ((type == char.class || type == Character.class) && value == (char) value) {
            return (char) value;
        }
        if ((type == byte.class || type == Byte.class) && value == (byte) value) {
            return (byte) value;
        }
        throw new StateException("%d is no %s".formatted(value, type.getSimpleName()));
    }

    private Object string(Class<?> type) throws StateException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(count(1))))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StateException("String is no UTF-8", e);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
            throw new StateException("No such %s: %s".formatted(type.getSimpleName(), text));
        }
        return fits(type == String.class, text, type);
    }

    private Object list(Type type, Class<?> raw) throws StateException {
        int count = count(1);
        if (raw == List.class) {
            List<@Nullable Object> list = new ArrayList<>(count);
            Type element = argument(type);
            enter();
            for (int i = 0; i < count; i++) {
                list.add(value(element));
            }
            depth--;
            return list;
        }
        if (!raw.isArray() || raw == byte[].class) {
            throw new StateException("List where %s is needed".formatted(raw.getSimpleName()));
        }
        Object array = Array.newInstance(raw.getComponentType(), count);
        Type element =
                type instanceof GenericArrayType generic ? generic.getGenericComponentType() : raw.getComponentType();
        enter();
        for (int i = 0; i < count; i++) {
            Array.set(array, i, value(element));
        }
        depth--;
        return array;
    }

    private Object record(Class<?> type) throws StateException {
        if (!type.isRecord()) {
            throw new StateException("Record where %s is needed".formatted(type.getSimpleName()));
        }
        String name = type.getSimpleName();
        Class<? extends Record> recordType = type.asSubclass(Record.class);
        int newest = StateCodec.versionOf(recordType);
        long version = number();
        if (version < 1 || version > newest) {
            throw new StateException("%s of version %d, at most %d is known".formatted(name, version, newest));
        }
        Map<String, RecordComponent> components = new HashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(component.getName(), component);
        }
        int count = count(2);
        Map<String, @Nullable Object> values = new HashMap<>();
        enter();
        for (int i = 0; i < count; i++) {
            String key = new String(bytes(count(1)), StandardCharsets.UTF_8);
            RecordComponent component = components.get(key);
            if (component == null || values.containsKey(key)) {
                throw new StateException(
                        "%s has %s component %s".formatted(name, component == null ? "no" : "twice the", key));
            }
            values.put(key, value(component.getGenericType()));
        }
        depth--;
        return construct(recordType, values, version < newest);
    }

    private static Object construct(Class<? extends Record> type, Map<String, @Nullable Object> values, boolean older)
            throws StateException {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            if (!values.containsKey(components[i].getName()) && (!older || types[i].isPrimitive())) {
                throw new StateException(
                        "%s lacks component %s".formatted(type.getSimpleName(), components[i].getName()));
            }
            @Nullable Object value = values.get(components[i].getName());
            arguments[i] = value == null && types[i] == Optional.class ? Optional.empty() : value;
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new StateException("%s: %s".formatted(type.getSimpleName(), cause.getMessage()), cause);
        } catch (ReflectiveOperationException e) {
            throw new StateException("Can't make a " + type.getSimpleName(), e);
        }
    }

    private void enter() throws StateException {
        if (++depth > MAX_DEPTH) {
            throw new StateException("Saved state is nested more than %d deep".formatted(MAX_DEPTH));
        }
    }

    /** A count of things that take some bytes each: never more than the rest of the input can hold. */
    private int count(int bytesEach) throws StateException {
        long count = number();
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new StateException("Saved state is cut off at byte %d".formatted(in.position()));
        }
        return (int) count;
    }

    private long number() throws StateException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int part = bytes(1)[0];
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new StateException("Number of more than 64 bits at byte %d".formatted(in.position()));
    }

    private byte[] bytes(int length) throws StateException {
        if (length > in.remaining()) {
            throw new StateException("Saved state is cut off at byte %d".formatted(in.limit()));
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static Class<?> rawType(Type type) throws StateException {
        return switch (type) {
            case Class<?> raw -> raw;
            case ParameterizedType parameterized -> rawType(parameterized.getRawType());
            case GenericArrayType array ->
                rawType(array.getGenericComponentType()).arrayType();
            default -> throw new StateException("States can't hold a " + type);
        };
    }

    private static Type argument(Type type) throws StateException {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getActualTypeArguments()[0];
        }
        throw new StateException("States can't hold a raw " + type);
    }
}
