package org.margay.itests.golden;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where we differ from the recordings on purpose: lines of kind, key and reason. "option" is dropped from the command line,
 * "run" is not replayed, "driver" is not there yet (its own runs are not replayed, its -device is dropped), "command" is not there yet, "reply" and "event" to a request differ, "timing" of either decides
 * whether they do, and "recorded" replies that contain the key.
 */
final class Differences {
    private record Entry(String kind, String key, String reason) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> seen = Collections.synchronizedSet(new TreeSet<>());

    static Differences load() throws IOException {
        Differences differences = new Differences();
        try (InputStream file = Differences.class.getResourceAsStream("/goldens/intended-differences.tsv")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] parts = line.split("\t");
                    differences.entries.add(new Entry(parts[0], parts[1], parts[2]));
                }
            }
        }
        return differences;
    }

    private boolean has(String kind, String key) {
        boolean listed = entries.stream().anyMatch(entry -> entry.kind.equals(kind) && entry.key.equals(key));
        if (listed) {
            seen.add(kind + "\t" + key);
        }
        return listed;
    }

    boolean skips(Transcript.Run run) {
        return has("run", run.description()) || drivers(name -> isAbout(run, name));
    }

    private static boolean isAbout(Transcript.Run run, String driver) {
        return run.description().matches("(device_add|PCI identity of) " + Pattern.quote(driver) + "([ ,].*)?");
    }

    /** Whether one of the drivers that are not there yet is meant. */
    private boolean drivers(Predicate<String> meant) {
        return entries.stream()
                .filter(entry -> entry.kind.equals("driver") && meant.test(entry.key))
                .anyMatch(entry -> has("driver", entry.key));
    }

    /** The command line without what is not there yet; a key is an option, or option and value. */
    List<String> arguments(List<String> recorded) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < recorded.size(); i++) {
            if (has("option", recorded.get(i))) {
                continue;
            }
            if (recorded.get(i).equals("-device")) {
                String device = recorded.get(i + 1);
                if (drivers(name -> device.equals(name) || device.startsWith(name + ","))) {
                    i++;
                    continue;
                }
            }
            if (i + 1 < recorded.size() && has("option", recorded.get(i) + " " + recorded.get(i + 1))) {
                i++;
                continue;
            }
            kept.add(recorded.get(i));
        }
        return kept;
    }

    Set<String> laterCommands() {
        return entries.stream()
                .filter(entry -> entry.kind.equals("command"))
                .map(Entry::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the reply to a request may differ: listed itself, or by a command that is not there yet. */
    boolean reply(String request, String recorded) {
        return has("reply", request)
                || has("timing", request)
                || drivers(name -> request.contains("\"driver\": \"" + name + "\""))
                || entries.stream()
                        .filter(entry -> entry.kind.equals("recorded") && recorded.contains(entry.key))
                        .anyMatch(entry -> has("recorded", entry.key))
                || laterCommands().stream()
                        .anyMatch(command -> request.matches("(?s).*\"execute\": ?\"" + command + "\".*")
                                && has("command", command));
    }

    /** Whether an event may be missing; it counts as missing then. */
    boolean event(String request, String name) {
        return has("event", name + " after " + request)
                || has("event", name)
                || has("timing", name + " after " + request);
    }

    /** Whether an event is listed; it need not be missing. */
    boolean lists(String request, String name) {
        return entries.stream()
                .anyMatch(entry -> (entry.kind.equals("event") || entry.kind.equals("timing"))
                        && (entry.key.equals(name) || entry.key.equals(name + " after " + request)));
    }

    /** Replies and events that are listed and were as recorded, or never asked for. */
    List<String> unused() {
        return entries.stream()
                .filter(entry -> !entry.kind.equals("command") && !entry.kind.equals("timing"))
                .map(entry -> entry.kind + "\t" + entry.key)
                .filter(key -> !seen.contains(key))
                .toList();
    }
}
