package org.margay.img.internal.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** "-o NAME=VALUE,NAME=VALUE": commas within values are doubled; a bare name is "on". */
public final class OptionList {
    private OptionList() {}

    /** All that several -o say; the last of a name counts. */
    public static Map<String, String> parse(List<String> texts) throws ToolException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String text : texts) {
            if (text.isEmpty() || text.startsWith(",") || endsInSingleComma(text)) {
                throw new ToolException("Invalid option list: " + text);
            }
            parse(text, options);
        }
        return options;
    }

    /** Whether help is asked for instead. */
    public static boolean wantsHelp(List<String> texts) {
        return texts.stream()
                .flatMap(text -> List.of(text.split(",")).stream())
                .anyMatch(word -> word.equals("help") || word.equals("?"));
    }

    private static boolean endsInSingleComma(String text) {
        int commas = 0;
        while (commas < text.length() && text.charAt(text.length() - 1 - commas) == ',') {
            commas++;
        }
        return commas % 2 == 1;
    }

    private static void parse(String text, Map<String, String> options) {
        StringBuilder item = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            boolean comma = i < text.length() && text.charAt(i) == ',';
            boolean doubled = comma && i + 1 < text.length() && text.charAt(i + 1) == ',';
            if (i < text.length() && (!comma || doubled)) {
                item.append(text.charAt(i));
                i += doubled ? 1 : 0;
            } else {
                put(item.toString(), options);
                item.setLength(0);
            }
        }
    }

    private static void put(String item, Map<String, String> options) {
        int equals = item.indexOf('=');
        if (equals >= 0) {
            options.put(item.substring(0, equals), item.substring(equals + 1));
        } else if (!item.isEmpty()) {
            options.put(item, "on");
        }
    }
}
