package org.margay.vvfat.internal;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Gives the entries of one folder their names: long ones, and short ones of eight and three characters, each unique whatever the case:
 * specification, "FAT Long Directory Entries", and appendix on name generation.
 */
final class FolderNames {
    /**
     * An entry's names.
     *
     * @param longName as the guest shall see it
     * @param shortName eleven bytes, filled with spaces
     * @param same whether the short one says all
     */
    record Name(String longName, String shortName, boolean same) {
        byte[] shortBytes() {
            return shortName.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final int LONGEST = 255;
    private static final String FORBIDDEN = "\"*/:<>?\\|";
    private static final String SHORT_SIGNS = "!#$%&'()-@^_`{}~";

    private final Set<String> longNames = new HashSet<>();
    private final Set<String> shortNames = new HashSet<>();

    Name add(String hostName) {
        String longName = unique(clean(hostName));
        String plain = plainShort(longName);
        if (!plain.isEmpty() && shortNames.add(plain)) {
            return new Name(longName, plain, true);
        }
        return new Name(longName, alias(longName), false);
    }

    /** Whether a name needs no long form. */
    static boolean isShort(String name) {
        return !plainShort(name).isEmpty();
    }

    /** What FAT can't store becomes an underscore. */
    private static String clean(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean lone = Character.isSurrogate(c);
            text.append(c < ' ' || c == 0x7f || FORBIDDEN.indexOf(c) >= 0 || (lone && !paired(name)) ? '_' : c);
        }
        if (text.length() > LONGEST) {
            text.setLength(LONGEST);
        }
        int last = text.length() - 1;
        if (text.charAt(last) == '.' || text.charAt(last) == ' ') {
            text.setCharAt(last, '_');
        }
        return text.toString();
    }

    private static boolean paired(String name) {
        return name.equals(new String(name.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.UTF_16LE));
    }

    /** Names that differ in case only are the same to FAT. */
    private String unique(String name) {
        String candidate = name;
        int dot = name.lastIndexOf('.');
        String stem = dot <= 0 ? name : name.substring(0, dot);
        String ending = dot <= 0 ? "" : name.substring(dot);
        for (int i = 2; !longNames.add(candidate.toUpperCase(Locale.ROOT)); i++) {
            String suffix = " (" + i + ")";
            int room = LONGEST - suffix.length() - ending.length();
            candidate = stem.substring(0, Math.min(stem.length(), Math.max(1, room))) + suffix + ending;
        }
        return candidate;
    }

    /** The short form of a name that is one already; empty when it is none. */
    private static String plainShort(String name) {
        int dot = name.indexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String ending = dot < 0 ? "" : name.substring(dot + 1);
        boolean fits = !stem.isEmpty()
                && stem.length() <= 8
                && ending.length() <= 3
                && (dot < 0 || !ending.isEmpty())
                && (stem + ending).chars().allMatch(FolderNames::allowedShort);
        return fits ? padded(stem, ending) : "";
    }

    private static boolean allowedShort(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || SHORT_SIGNS.indexOf(c) >= 0;
    }

    private static String padded(String stem, String ending) {
        return "%-8s%-3s".formatted(stem, ending);
    }

    private String alias(String name) {
        int dot = name.lastIndexOf('.');
        String stem = squeezed(dot <= 0 ? name : name.substring(0, dot), 8);
        String ending = dot <= 0 ? "" : squeezed(name.substring(dot + 1), 3);
        for (int i = 1; ; i++) {
            String tail = "~" + i;
            String head = stem.substring(0, Math.min(stem.length(), 8 - tail.length()));
            String candidate = padded(head + tail, ending);
            if (shortNames.add(candidate)) {
                return candidate;
            }
        }
    }

    private static String squeezed(String part, int most) {
        StringBuilder text = new StringBuilder();
        for (int c : part.toUpperCase(Locale.ROOT).chars().toArray()) {
            if (c == ' ' || c == '.' || text.length() == most) {
                continue;
            }
            text.append(allowedShort(c) ? (char) c : '_');
        }
        return text.toString();
    }
}
