package org.margay.machine.option;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt word was meant to be. */
public final class NearestName {
    private NearestName() {}

    /** The nearest of the names, when it is near enough to be what was meant. */
    public static Optional<String> of(String word, Collection<String> names) {
        int limit = Math.max(1, Math.min(3, word.length() / 3));
        record Candidate(String name, int distance) {}
        return names.stream()
                .map(name -> new Candidate(name, distance(word, name)))
                .filter(candidate -> candidate.distance <= limit)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** " (did you mean 'NAME'?)", or "" when nothing is near. */
    public static String hint(String word, Collection<String> names) {
        return of(word, names)
                .map(name -> " (did you mean '%s'?)".formatted(name))
                .orElse("");
    }

    /** Edits from one word to the other: insert, delete, replace, swap neighbours (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
