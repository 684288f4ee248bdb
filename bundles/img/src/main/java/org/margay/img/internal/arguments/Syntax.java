package org.margay.img.internal.arguments;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options that a command knows.
 *
 * @param flags single letters without a value
 * @param values single letters with one
 * @param longFlags words without a value
 * @param longValues words with one
 */
public record Syntax(String flags, String values, Set<String> longFlags, Set<String> longValues) {
    /** Letters only, besides the words that all commands know: --help, --object, --image-opts. */
    public static Syntax of(String flags, String values) {
        return new Syntax(flags, values, Set.of(), Set.of());
    }

    public Syntax withFlags(String... words) {
        return new Syntax(flags, values, Set.of(words), longValues);
    }

    public Syntax withValues(String... words) {
        return new Syntax(flags, values, longFlags, Set.of(words));
    }

    boolean isFlag(String name) {
        return name.length() == 1
                ? flags.contains(name) || name.equals("h")
                : longFlags.contains(name) || name.equals("help") || name.equals("image-opts");
    }

    boolean hasValue(String name) {
        return name.length() == 1 ? values.contains(name) : longValues.contains(name) || name.equals("object");
    }

    /** Words that begin so: they may be shortened as long as they are clear. */
    Set<String> words(String beginning) {
        Set<String> found = new TreeSet<>();
        for (Set<String> all : List.of(longFlags, longValues, Set.of("help", "image-opts", "object"))) {
            all.stream().filter(word -> word.startsWith(beginning)).forEach(found::add);
        }
        return found;
    }
}
