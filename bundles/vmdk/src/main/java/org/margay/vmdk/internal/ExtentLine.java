package org.margay.vmdk.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a descriptor that tells of an extent: "Virtual Disk Format 5.0", "The Extent Description".
 *
 * @param access RW, RDONLY or NOACCESS
 * @param sectors of the disk that it holds
 * @param type FLAT, SPARSE, ZERO, VMFS, VMFSSPARSE, …
 * @param filename beside the descriptor's; empty for zeros
 * @param offset of a flat extent in its file, in sectors
 */
record ExtentLine(String access, long sectors, String type, String filename, long offset) {
    private static final Pattern LINE =
            Pattern.compile("(RW|RDONLY|NOACCESS)\\s+(\\d{1,18})\\s+(\\w+)(?:\\s+\"([^\"]*)\"(?:\\s+(\\d{1,18}))?.*)?");

    static Optional<ExtentLine> parse(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String name = matcher.group(4);
        String offset = matcher.group(5);
        return Optional.of(new ExtentLine(
                matcher.group(1),
                Long.parseLong(matcher.group(2)),
                matcher.group(3),
                name == null ? "" : name,
                offset == null ? 0 : Long.parseLong(offset)));
    }

    boolean flat() {
        return type.equals("FLAT") || type.equals("VMFS");
    }

    @Override
    public String toString() {
        return flat()
                ? "%s %d %s \"%s\" %d".formatted(access, sectors, type, filename, offset)
                : "%s %d %s \"%s\"".formatted(access, sectors, type, filename);
    }
}
