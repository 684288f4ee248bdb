package org.margay.state.internal;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.state.StateCodec;

/** Records to bytes. */
public final class StateWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    private StateWriter() {}

    public static byte[] write(Record state) {
        StateWriter writer = new StateWriter();
        writer.out.writeBytes(Tag.MAGIC);
        writer.value(state);
        return writer.out.toByteArray();
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> out.write(Tag.NULL);
            case Optional<?> optional -> value(optional.orElse(null));
            case Boolean bit -> out.write(bit ? Tag.TRUE : Tag.FALSE);
            case Byte number -> integer(number);
            case Short number -> integer(number);
            case Character number -> integer(number);
            case Integer number -> integer(number);
            case Long number -> integer(number);
            case Float number -> {
                out.write(Tag.FLOAT);
                out.writeBytes(ByteBuffer.allocate(4)
                        .putInt(Float.floatToRawIntBits(number))
                        .array());
            }
            case Double number -> {
                out.write(Tag.DOUBLE);
                out.writeBytes(ByteBuffer.allocate(8)
                        .putLong(Double.doubleToRawLongBits(number))
                        .array());
            }
            case String text -> string(text);
            case Enum<?> constant -> string(constant.name());
            case byte[] bytes -> {
                out.write(Tag.BYTES);
                sized(bytes);
            }
            case List<?> list -> {
                out.write(Tag.LIST);
                number(list.size());
                list.forEach(this::value);
            }
            case Record part -> record(part);
            case Object array
            when array.getClass().isArray() -> {
                out.write(Tag.LIST);
                number(Array.getLength(array));
                for (int i = 0; i < Array.getLength(array); i++) {
                    value(Array.get(array, i));
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "States can't hold a " + value.getClass().getName());
        }
    }

    private void record(Record state) {
        RecordComponent[] components = state.getClass().getRecordComponents();
        out.write(Tag.RECORD);
        number(StateCodec.versionOf(state.getClass()));
        number(components.length);
        for (RecordComponent component : components) {
            sized(component.getName().getBytes(StandardCharsets.UTF_8));
            value(get(component, state));
        }
    }

    private static @Nullable Object get(RecordComponent component, Record state) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(state);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException("Can't read " + component, e);
        }
    }

    private void integer(long value) {
        out.write(Tag.INTEGER);
        number((value << 1) ^ (value >> 63));
    }

    private void string(String text) {
        out.write(Tag.STRING);
        sized(text.getBytes(StandardCharsets.UTF_8));
    }

    private void sized(byte[] bytes) {
        number(bytes.length);
        out.writeBytes(bytes);
    }

    private void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
