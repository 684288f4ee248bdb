package org.margay.img.internal.text;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps, lists, strings, numbers and booleans as JSON in lines, indented by four. */
public final class JsonText {
    private static final String INDENT = "    ";

    private JsonText() {}

    /** Without a line end behind it. */
    public static String pretty(Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value, "");
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Object value, String indent) {
        switch (value) {
            case Map<?, ?> map -> appendMap(text, map, indent);
            case List<?> list -> appendList(text, list, indent);
            case String string -> quote(text, string);
            case null -> text.append("null");
            default -> text.append(value);
        }
    }

    private static void appendMap(StringBuilder text, Map<?, ?> map, String indent) {
        String inner = indent + INDENT;
        text.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            text.append('\n').append(inner);
            quote(text, String.valueOf(entry.getKey()));
            text.append(": ");
            append(text, entry.getValue(), inner);
            text.append(entries.hasNext() ? "," : "\n" + indent);
        }
        text.append('}');
    }

    private static void appendList(StringBuilder text, List<?> list, String indent) {
        String inner = indent + INDENT;
        text.append('[');
        Iterator<?> items = list.iterator();
        while (items.hasNext()) {
            text.append('\n').append(inner);
            append(text, items.next(), inner);
            text.append(items.hasNext() ? "," : "\n" + indent);
        }
        text.append(']');
    }

    /** A string in quotes; what is not ASCII is escaped, so that no encoding of a terminal can spoil it. */
    public static String quote(String string) {
        StringBuilder text = new StringBuilder();
        quote(text, string);
        return text.toString();
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c > '~') {
                        text.append("\\u%04X".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
