package org.margay.machine.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;

/**
 * Turns what a client says in JSON into options as they are written on a command line: true is "on", numbers are their text, an
 * array is an option said several times, each element a string or {"str": string}, and members of an object are options with its
 * name and a dot in front. null is as if nothing were said.
 */
public final class JsonOptions {
    /** How deep objects may be in objects. */
    private static final int DEPTH = 4;

    private final Map<String, List<String>> options = new LinkedHashMap<>();

    private JsonOptions() {}

    /** @throws QmpException when a value can't be an option's */
    public static Map<String, List<String>> read(Map<String, ? extends @Nullable Object> members) throws QmpException {
        JsonOptions reader = new JsonOptions();
        reader.addAll("", members, DEPTH);
        return reader.options;
    }

    private void addAll(String prefix, Map<?, ?> members, int depth) throws QmpException {
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = prefix + member.getKey();
            switch (member.getValue()) {
                case List<?> list -> options.put(name, elements(name, list));
                case Map<?, ?> object when depth > 0 -> addAll(name + ".", object, depth - 1);
                case Map<?, ?> _ -> throw QmpErrors.invalidParameterType(name, "string");
                case null, default -> text(member.getValue()).ifPresent(text -> options.put(name, List.of(text)));
            }
        }
    }

    private static List<String> elements(String name, List<?> list) throws QmpException {
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            Object value = element instanceof Map<?, ?> object && object.size() == 1 ? object.get("str") : element;
            if (!(value instanceof String text)) {
                throw QmpErrors.invalidParameterType(name, "array of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A string, switch or number as text; nothing for all else. */
    public static Optional<String> text(@Nullable Object value) {
        return switch (value) {
            case String text -> Optional.of(text);
            case Boolean flag -> Optional.of(flag ? "on" : "off");
            case Number number -> Optional.of(number.toString());
            case null, default -> Optional.empty();
        };
    }
}
