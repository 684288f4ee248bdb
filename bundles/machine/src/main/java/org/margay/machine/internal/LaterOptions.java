package org.margay.machine.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** QEMU's other options: known by name, so that they are refused for what they are. A bundle that offers one wins. */
public final class LaterOptions {
    private static final List<String> NAMES = load();

    private LaterOptions() {}

    static boolean contains(String name) {
        return NAMES.contains(name);
    }

    static List<String> all() {
        return NAMES;
    }

    /** Those that are not among others. */
    public static List<String> without(Collection<String> some, Collection<String> others) {
        return NAMES.stream()
                .filter(name -> !some.contains(name) && !others.contains(name))
                .toList();
    }

    private static List<String> load() {
        try (InputStream file = LaterOptions.class.getResourceAsStream("later-options.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines().filter(line -> line.startsWith("-")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
