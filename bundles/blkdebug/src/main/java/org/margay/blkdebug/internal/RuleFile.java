package org.margay.blkdebug.internal;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.margay.block.ImageException;

/**
 * Reads a configuration file: QEMU, "Block I/O error injection using blkdebug", in the form of -readconfig. Each section is a
 * rule; values are in quotes, lines that begin with # are comments.
 */
final class RuleFile {
    private static final Pattern SECTION = Pattern.compile("\\[\\s*([\\w-]+)(?:\\s+\"[^\"]*\")?\\s*]");
    private static final Pattern SETTING = Pattern.compile("([\\w-]+)\\s*=\\s*\"([^\"]*)\"");
    private static final long MOST_BYTES = 1 << 20;

    private static final Set<String> INJECT_SETTINGS =
            Set.of("event", "state", "errno", "sector", "once", "immediately");
    private static final Set<String> STATE_SETTINGS = Set.of("event", "state", "new_state");

    private RuleFile() {}

    static List<Rule> read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new ImageException("%s is too large".formatted(file));
        }
        try {
            return parse(Files.readAllLines(file), file.toString());
        } catch (MalformedInputException e) {
            throw new ImageException("%s is no text".formatted(file), e);
        }
    }

    static List<Rule> parse(List<String> lines, String name) throws IOException {
        List<Rule> rules = new ArrayList<>();
        String section = "";
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher begin = SECTION.matcher(line);
            Matcher setting = SETTING.matcher(line);
            if (begin.matches()) {
                add(rules, section, settings);
                section = begin.group(1);
                settings.clear();
            } else if (setting.matches() && !section.isEmpty()) {
                settings.put(setting.group(1), setting.group(2));
            } else {
                throw new ImageException("%s:%d: parse error".formatted(name, i + 1));
            }
        }
        add(rules, section, settings);
        return List.copyOf(rules);
    }

    private static void add(List<Rule> rules, String section, Map<String, String> settings) throws IOException {
        switch (section) {
            case "" -> {}
            case "inject-error" -> {
                known(section, INJECT_SETTINGS, settings);
                // Whether an error comes at once or a little later: all requests wait for their end here.
                flag(settings, "immediately");
                rules.add(new Rule.InjectError(
                        event(section, settings),
                        (int) number(settings, "state", 0),
                        (int) number(settings, "errno", Errno.EIO),
                        number(settings, "sector", -1),
                        flag(settings, "once")));
            }
            case "set-state" -> {
                known(section, STATE_SETTINGS, settings);
                rules.add(new Rule.SetState(event(section, settings), (int) number(settings, "state", 0), (int)
                        number(settings, "new_state", 0)));
            }
            default -> throw new ImageException("There is no option group '%s'".formatted(section));
        }
    }

    private static void known(String section, Set<String> known, Map<String, String> settings) throws ImageException {
        for (String name : settings.keySet()) {
            if (!known.contains(name)) {
                throw new ImageException("Invalid parameter '%s' of %s".formatted(name, section));
            }
        }
    }

    private static Event event(String section, Map<String, String> settings) throws IOException {
        String name = settings.get("event");
        if (name == null) {
            throw new ImageException("Missing event name for %s".formatted(section));
        }
        return Event.of(name);
    }

    private static long number(Map<String, String> settings, String name, long otherwise) throws ImageException {
        String text = settings.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.decode(text);
            if (value == (int) value || name.equals("sector")) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new ImageException("Parameter '%s' expects a number, not '%s'".formatted(name, text));
    }

    private static boolean flag(Map<String, String> settings, String name) throws ImageException {
        return switch (settings.getOrDefault(name, "off")) {
            case "on", "yes", "true", "y" -> true;
            case "off", "no", "false", "n" -> false;
            default -> throw new ImageException("Parameter '%s' expects 'on' or 'off'".formatted(name));
        };
    }
}
