package org.margay.qtest.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The words of one command line, taken from left to right. */
final class Words {
    private final Deque<String> words;

    Words(String line) {
        this.words = new ArrayDeque<>(List.of(line.strip().split("[ \t]+")));
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    String next(String what) throws QtestException {
        String word = words.poll();
        if (word == null) {
            throw new QtestException("%s is missing".formatted(what));
        }
        return word;
    }

    /** An unsigned number as C writes it: decimal, 0x hexadecimal or 0 octal. */
    long number(String what) throws QtestException {
        String word = next(what);
        try {
            if (word.startsWith("0x") || word.startsWith("0X")) {
                return Long.parseUnsignedLong(word, 2, word.length(), 16);
            }
            return word.length() > 1 && word.startsWith("0")
                    ? Long.parseUnsignedLong(word, 8)
                    : word.startsWith("-") ? Long.parseLong(word) : Long.parseUnsignedLong(word);
        } catch (NumberFormatException e) {
            throw new QtestException("%s is no number: %s".formatted(what, word));
        }
    }

    /** A number within bounds, both included. */
    int number(String what, int min, int max) throws QtestException {
        long value = number(what);
        if (value < min || value > max) {
            throw new QtestException("%s must be %d to %d, not %d".formatted(what, min, max, value));
        }
        return (int) value;
    }

    void end() throws QtestException {
        if (!words.isEmpty()) {
            throw new QtestException("nothing can follow: %s".formatted(words.peek()));
        }
    }
}
