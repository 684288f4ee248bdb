package org.margay.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bends a state as a hostile peer would: every component in turn, nested ones too, to values at and beyond all edges. */
final class StateMutator {
    private static final long[] EDGES = {
        -1,
        0,
        1,
        7,
        8,
        15,
        16,
        24,
        0x7F,
        0x80,
        0xFF,
        0x100,
        0x7FFF,
        0xFFFF,
        0x10000,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private StateMutator() {}

    /** All variants that the record's own constructor lets pass. */
    static <S extends Record> List<S> variants(S state) {
        List<S> variants = new ArrayList<>();
        RecordComponent[] components = state.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            for (Object value : variantsOf(get(components[i], state))) {
                S variant = with(state, components, i, value);
                if (variant != null) {
                    variants.add(variant);
                }
            }
        }
        return variants;
    }

    private static List<@Nullable Object> variantsOf(@Nullable Object value) {
        List<@Nullable Object> variants = new ArrayList<>();
        switch (value) {
            case null -> {}
            case Boolean bit -> variants.add(!bit);
            case Long _ -> {
                for (long edge : EDGES) {
                    variants.add(edge);
                }
            }
            case Integer _ -> {
                for (long edge : EDGES) {
                    if (edge == (int) edge) {
                        variants.add((int) edge);
                    }
                }
            }
            case Byte _ -> variants.addAll(List.of((byte) 0, (byte) -1, (byte) 127, (byte) -128));
            case String _ -> variants.addAll(List.of("", "x".repeat(10_000)));
            case Enum<?> constant ->
                variants.addAll(List.of(constant.getDeclaringClass().getEnumConstants()));
            case Optional<?> optional -> {
                variants.add(Optional.empty());
                variantsOf(optional.orElse(null)).forEach(inner -> variants.add(Optional.ofNullable(inner)));
            }
            case List<?> list -> addLists(variants, list);
            case Record part -> variants.addAll(variants(part));
            case Object array when array.getClass().isArray() -> addArrays(variants, array);
            default -> {}
        }
        if (value != null && !(value instanceof Number) && !(value instanceof Boolean)) {
            variants.add(null);
        }
        return variants;
    }

    private static void addLists(List<@Nullable Object> variants, List<?> list) {
        variants.add(List.of());
        if (list.isEmpty()) {
            return;
        }
        List<Object> longer = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            longer.add(list.get(i % list.size()));
        }
        variants.add(longer);
        variants.add(List.copyOf(list.subList(1, list.size())));
        for (int i = 0; i < Math.min(list.size(), 4); i++) {
            for (Object element : variantsOf(list.get(i))) {
                if (element != null) {
                    List<Object> changed = new ArrayList<>(list);
                    changed.set(i, element);
                    variants.add(changed);
                }
            }
        }
    }

    private static void addArrays(List<@Nullable Object> variants, Object array) {
        Class<?> type = array.getClass().getComponentType();
        int length = Array.getLength(array);
        variants.add(Array.newInstance(type, 0));
        variants.add(Array.newInstance(type, length + 1));
        variants.add(Array.newInstance(type, 100_000));
        for (int i = 0; i < Math.min(length, 4); i++) {
            for (Object element : variantsOf(Array.get(array, i))) {
                if (element != null) {
                    Object changed = Array.newInstance(type, length);
                    System.arraycopy(array, 0, changed, 0, length);
                    Array.set(changed, i, element);
                    variants.add(changed);
                }
            }
        }
    }

    private static @Nullable Object get(RecordComponent component, Record state) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(state);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** The record with one component changed, or null when its constructor refuses. */
    @SuppressWarnings("unchecked")
    private static <S extends Record> @Nullable S with(
            S state, RecordComponent[] components, int index, @Nullable Object value) {
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = i == index ? value : get(components[i], state);
        }
        try {
            Constructor<?> constructor = state.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return (S) constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof NullPointerException) {
                return null;
            }
            throw new AssertionError("A state's constructor throws IllegalArgumentException only", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
