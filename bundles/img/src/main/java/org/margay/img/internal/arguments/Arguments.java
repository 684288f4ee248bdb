package org.margay.img.internal.arguments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.margay.block.CacheMode;

/** The words after a command, sorted as getopt_long(3) does: options may stand anywhere, up to "--". */
public final class Arguments {
    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Arguments() {}

    /**
     * Sorts the words.
     *
     * @throws UsageException when an option is not known, or lacks its value
     */
    public static Arguments parse(Syntax syntax, List<String> words) throws UsageException {
        Arguments sorted = new Arguments();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            if (word.equals("--")) {
                sorted.operands.addAll(words.subList(at, words.size()));
                break;
            }
            if (word.startsWith("--")) {
                at = sorted.takeWord(syntax, word, words, at);
            } else if (word.startsWith("-") && word.length() > 1) {
                at = sorted.takeLetters(syntax, word, words, at);
            } else {
                sorted.operands.add(word);
            }
        }
        return sorted;
    }

    private int takeWord(Syntax syntax, String word, List<String> words, int next) throws UsageException {
        int equals = word.indexOf('=');
        String said = word.substring(2, equals < 0 ? word.length() : equals);
        Set<String> candidates = syntax.words(said);
        String name = candidates.size() == 1 ? candidates.iterator().next() : said;
        if (syntax.isFlag(name) && equals < 0 && name.length() > 1) {
            add(name, "");
            return next;
        }
        if (!syntax.hasValue(name) || name.length() < 2) {
            throw new UsageException("unrecognized option '%s'".formatted(word));
        }
        if (equals >= 0) {
            add(name, word.substring(equals + 1));
            return next;
        }
        if (next == words.size()) {
            throw new UsageException("missing argument for option '%s'".formatted(word));
        }
        add(name, words.get(next));
        return next + 1;
    }

    private int takeLetters(Syntax syntax, String word, List<String> words, int next) throws UsageException {
        for (int i = 1; i < word.length(); i++) {
            String letter = word.substring(i, i + 1);
            if (syntax.isFlag(letter)) {
                add(letter, "");
            } else if (!syntax.hasValue(letter)) {
                throw new UsageException("unrecognized option '%s'".formatted(word));
            } else if (i + 1 < word.length()) {
                add(letter, word.substring(i + 1));
                return next;
            } else if (next == words.size()) {
                throw new UsageException("missing argument for option '%s'".formatted(word));
            } else {
                add(letter, words.get(next));
                return next + 1;
            }
        }
        return next;
    }

    private void add(String name, String value) {
        options.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    public boolean has(String name) {
        return options.containsKey(name);
    }

    /** The last value that was given. */
    public Optional<String> value(String name) {
        List<String> all = values(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** All that were given. */
    public List<String> values(String name) {
        return options.getOrDefault(name, List.of());
    }

    public List<String> operands() {
        return operands;
    }

    /** The image that an operand names: its file, or its options with --image-opts. */
    public ImageSpec image(String operand) throws ToolException {
        return image(operand, "f");
    }

    /** @param formatOption the letter that gives its format */
    public ImageSpec image(String operand, String formatOption) throws ToolException {
        if (!has("image-opts")) {
            return ImageSpec.ofName(operand, value(formatOption));
        }
        if (has(formatOption)) {
            throw new ToolException("--image-opts and --format are mutually exclusive");
        }
        return ImageSpec.ofOptions(operand);
    }

    /** Whether "--output=json" is asked for. */
    public boolean json() throws ToolException {
        String output = value("output").orElse("human");
        if (!output.equals("human") && !output.equals("json")) {
            throw new ToolException("--output must be used with human or json as argument.");
        }
        return output.equals("json");
    }

    /** A cache mode by its name: -t, -T. */
    public CacheMode cache(String name, CacheMode byDefault) throws ToolException {
        String text = value(name).orElse(byDefault.toString());
        // "off" is what "none" was called first.
        String wanted = text.equals("off") ? "none" : text;
        for (CacheMode mode : CacheMode.values()) {
            if (mode.toString().equals(wanted)) {
                return mode;
            }
        }
        throw new ToolException("Invalid %s option: %s".formatted(name.equals("T") ? "source cache" : "cache", text));
    }
}
