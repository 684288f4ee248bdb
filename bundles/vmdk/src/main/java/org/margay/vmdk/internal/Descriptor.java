package org.margay.vmdk.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The text that describes a disk: "Virtual Disk Format 5.0", "Disk Descriptor File". Immutable; what is changed keeps all other lines as
 * they were.
 */
final class Descriptor {
    /** More than anybody has: a line for each two gigabytes. */
    static final int MOST_BYTES = 1 << 20;

    static final long NO_PARENT = 0xffffffffL;

    private final List<String> lines;

    private Descriptor(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    static Descriptor parse(String text) {
        return new Descriptor(text.lines().toList());
    }

    /** Whether text begins as a descriptor does: after comments there is a version. */
    static boolean is(String head) {
        return head.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .filter(line -> line.toLowerCase(Locale.ROOT).matches("version\\s*=\\s*[1-4]"))
                .isPresent();
    }

    /** A new one. */
    static Descriptor create(
            String type, long cid, long parentCid, String parent, List<ExtentLine> extents, List<String> database) {
        List<String> lines = new ArrayList<>(List.of(
                "# Disk DescriptorFile",
                "version=1",
                "CID=%08x".formatted(cid),
                "parentCID=%08x".formatted(parentCid),
                "createType=\"%s\"".formatted(type)));
        if (!parent.isEmpty()) {
            lines.add("parentFileNameHint=\"%s\"".formatted(parent));
        }
        lines.add("");
        lines.add("# Extent description");
        extents.forEach(extent -> lines.add(extent.toString()));
        lines.add("");
        lines.add("# The Disk Data Base");
        lines.add("#DDB");
        lines.add("");
        lines.addAll(database);
        return new Descriptor(lines);
    }

    /** A value by its name, without quotes. */
    Optional<String> get(String name) {
        return lines.stream()
                .filter(line -> named(line, name))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .map(value -> value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                        ? value.substring(1, value.length() - 1)
                        : value)
                .findFirst();
    }

    private static boolean named(String line, String name) {
        int equals = line.indexOf('=');
        return equals > 0 && line.substring(0, equals).strip().equals(name);
    }

    /** The same with another line of a name, or without it. */
    Descriptor with(String name, Optional<String> value) {
        List<String> changed = new ArrayList<>();
        boolean done = false;
        for (String line : lines) {
            if (!named(line, name)) {
                changed.add(line);
            } else if (value.isPresent() && !done) {
                changed.add(name + "=" + value.get());
                done = true;
            }
        }
        if (value.isPresent() && !done) {
            int after = 1;
            while (after < changed.size() && !named(changed.get(after - 1), "createType")) {
                after++;
            }
            changed.add(Math.min(after, changed.size()), name + "=" + value.get());
        }
        return new Descriptor(changed);
    }

    /** A content's number, which changes when it is written to; {@link #NO_PARENT} when there is none or no number. */
    long number(String name) {
        try {
            return get(name).map(text -> Long.parseLong(text, 16)).orElse(NO_PARENT) & NO_PARENT;
        } catch (NumberFormatException e) {
            return NO_PARENT;
        }
    }

    String createType() {
        return get("createType").orElse("");
    }

    List<ExtentLine> extents() {
        return lines.stream().flatMap(line -> ExtentLine.parse(line).stream()).toList();
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
