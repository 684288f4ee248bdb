package org.margay.machine.option;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.margay.machine.OptionException;

/**
 * The value of an option in QEMU's syntax: pairs separated by commas, a comma within a value doubled, the first key often
 * left out, {@code key} alone for {@code key=on} and {@code nokey} for {@code key=off}. Read what you know, then call
 * {@link #finish()}: it refuses what nobody asked for. Not thread-safe.
 *
 * <pre>{@code
 * KeyValues values = KeyValues.parse("256M,slots=2", "size");
 * long size = values.size("size", SizeText.MEBI).orElse(DEFAULT);
 * long slots = values.number("slots", 0, 256).orElse(0L);
 * values.finish();
 * }</pre>
 */
public final class KeyValues {
    /** Ids of devices and backends: a letter, then letters, digits and {@code - . _}. */
    private static final Pattern WELL_FORMED_ID = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");

    /** One pair as written; {@code bare} when there was no "=". */
    private record Pair(String key, String value, boolean bare) {}

    private final List<Pair> pairs;
    /** Keys that were asked for, whether there or not. */
    private final Set<String> known = new LinkedHashSet<>();

    private final Set<Pair> used = new LinkedHashSet<>();

    private KeyValues(List<Pair> pairs) {
        this.pairs = pairs;
    }

    /**
     * Splits a text.
     *
     * @param impliedKey key of a first value without "=", or null when there is none
     * @throws OptionException when a key is empty
     */
    public static KeyValues parse(String text, @Nullable String impliedKey) throws OptionException {
        List<Pair> pairs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            StringBuilder element = new StringBuilder();
            int equals = -1;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == ',') {
                    if (equals < 0 && !(pairs.isEmpty() && impliedKey != null)
                            || at + 1 == text.length()
                            || text.charAt(at + 1) != ',') {
                        break;
                    }
                    at++;
                } else if (c == '=' && equals < 0) {
                    equals = element.length();
                }
                element.append(c);
            }
            at++;
            pairs.add(pair(element.toString(), equals, pairs.isEmpty() ? impliedKey : null));
        }
        return new KeyValues(pairs);
    }

    /** Pairs that come from elsewhere than a text, such as a client's JSON object. */
    public static KeyValues of(Map<String, String> values) {
        List<Pair> pairs = new ArrayList<>();
        values.forEach((key, value) -> pairs.add(new Pair(key, value, false)));
        return new KeyValues(pairs);
    }

    private static Pair pair(String element, int equals, @Nullable String impliedKey) throws OptionException {
        if (equals == 0 || element.isEmpty()) {
            throw new OptionException("Expected parameter before '%s'".formatted(element.isEmpty() ? "," : element));
        }
        if (equals > 0) {
            return new Pair(element.substring(0, equals), element.substring(equals + 1), false);
        }
        return impliedKey != null ? new Pair(impliedKey, element, false) : new Pair(element, "on", true);
    }

    /** The last value of a key, as it was written; a bare key gives "on". */
    public Optional<String> string(String key) {
        known.add(key);
        String found = null;
        for (Pair pair : pairs) {
            if (pair.key.equals(key)) {
                used.add(pair);
                found = pair.value;
            } else if (pair.bare && pair.key.equals("no" + key)) {
                used.add(pair);
                found = "off";
            }
        }
        return Optional.ofNullable(found);
    }

    /** All values of a key, in order, such as those of several {@code hostfwd=}. */
    public List<String> strings(String key) {
        string(key);
        return pairs.stream()
                .filter(pair -> pair.key.equals(key))
                .map(Pair::value)
                .toList();
    }

    /**
     * A value that must be there.
     *
     * @throws OptionException "Parameter 'KEY' is missing"
     */
    public String required(String key) throws OptionException {
        return string(key).orElseThrow(() -> new OptionException("Parameter '%s' is missing".formatted(key)));
    }

    /**
     * The id of a device or backend.
     *
     * @throws OptionException when it is not well formed
     */
    public Optional<String> id() throws OptionException {
        Optional<String> id = string("id");
        if (id.isPresent() && !WELL_FORMED_ID.matcher(id.get()).matches()) {
            throw new OptionException(
                    "Parameter 'id' expects an identifier: letters, digits, '-', '.', '_', starting with a"
                            + " letter, not '" + id.get() + "'");
        }
        return id;
    }

    /** on, off, yes, no, true, false, y, n. */
    public Optional<Boolean> flag(String key) throws OptionException {
        Optional<String> text = string(key);
        return text.isEmpty() ? Optional.empty() : Optional.of(flag(key, text.get()));
    }

    static boolean flag(String key, String text) throws OptionException {
        return switch (text) {
            case "on", "yes", "true", "y" -> true;
            case "off", "no", "false", "n" -> false;
            default -> throw new OptionException("Parameter '%s' expects 'on' or 'off', not '%s'".formatted(key, text));
        };
    }

    /**
     * A whole number, decimal, octal with a leading 0 or hexadecimal with a leading 0x.
     *
     * @param min least value allowed
     * @param max greatest value allowed
     */
    public Optional<Long> number(String key, long min, long max) throws OptionException {
        Optional<String> text = string(key);
        return text.isEmpty() ? Optional.empty() : Optional.of(number(key, text.get(), min, max));
    }

    static long number(String key, String text, long min, long max) throws OptionException {
        long value;
        try {
            value = Long.decode(text.strip());
        } catch (NumberFormatException _) {
            throw new OptionException("Parameter '%s' expects a number, not '%s'".formatted(key, text));
        }
        if (value < min || value > max) {
            throw new OptionException(
                    "Parameter '%s' expects a number from %d to %d, not %s".formatted(key, min, max, text));
        }
        return value;
    }

    /**
     * A number of bytes with an optional suffix B, K, M, G, T, P or E.
     *
     * @param unit bytes that a number without suffix counts, such as {@link SizeText#MEBI}
     */
    public Optional<Long> size(String key, long unit) throws OptionException {
        Optional<String> text = string(key);
        return text.isEmpty() ? Optional.empty() : Optional.of(SizeText.parse(key, text.get(), unit));
    }

    /** One of a few words. */
    public Optional<String> choice(String key, Collection<String> words) throws OptionException {
        Optional<String> text = string(key);
        if (text.isPresent() && !words.contains(text.get())) {
            throw new OptionException("Parameter '%s' expects one of %s, not '%s'%s"
                    .formatted(key, String.join(", ", words), text.get(), NearestName.hint(text.get(), words)));
        }
        return text;
    }

    /**
     * Accepts keys that mean nothing here, such as tuning of another emulator that scripts pass along.
     */
    public void ignore(String... keys) {
        for (String key : keys) {
            string(key);
        }
    }

    /** What was not asked for yet, in order; asking again gives the same. For owners who hand the rest on. */
    public Map<String, String> rest() {
        Map<String, String> rest = new LinkedHashMap<>();
        pairs.stream().filter(pair -> !used.contains(pair)).forEach(pair -> rest.put(pair.key, pair.value));
        return rest;
    }

    /**
     * Refuses keys that were never asked for.
     *
     * @throws OptionException "Invalid parameter 'KEY'", with the nearest that was
     */
    public void finish() throws OptionException {
        for (Pair pair : pairs) {
            if (!used.contains(pair)) {
                throw new OptionException(
                        "Invalid parameter '%s'%s".formatted(pair.key, NearestName.hint(pair.key, known)));
            }
        }
    }
}
