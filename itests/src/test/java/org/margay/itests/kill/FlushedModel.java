package org.margay.itests.kill;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What a disk may hold after a {@link FlushWriter} was killed: what was flushed last, or something written later. */
final class FlushedModel {
    private final long[] stable;
    /** Stamps written to a sector since it was flushed. */
    private final Map<Integer, long[]> open = new HashMap<>();

    private int flushed;

    FlushedModel(int sectors, long stamp) {
        stable = new long[sectors];
        Arrays.fill(stable, stamp);
    }

    int sectors() {
        return stable.length;
    }

    /** Times that a thread knew something to be stable. */
    int flushed() {
        return flushed;
    }

    /** Takes a line of the writer. */
    void said(String line) {
        String[] words = line.split(" ");
        int thread = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "w" -> written(words, Long.parseLong(words[4]));
            case "z" -> written(words, Stamped.ZERO);
            case "f" -> flushed(thread);
            default -> throw new AssertionError(line);
        }
    }

    private void written(String[] words, long stamp) {
        int at = Integer.parseInt(words[2]);
        int length = Integer.parseInt(words[3]);
        for (int sector = at; sector < at + length; sector++) {
            long[] before = open.getOrDefault(sector, new long[0]);
            long[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = stamp;
            open.put(sector, after);
        }
    }

    private void flushed(int thread) {
        flushed++;
        int share = stable.length / FlushWriter.THREADS;
        open.entrySet().removeIf(entry -> {
            boolean own = entry.getKey() / share == thread;
            if (own) {
                stable[entry.getKey()] = entry.getValue()[entry.getValue().length - 1];
            }
            return own;
        });
    }

    /**
     * Compares, and goes on from what is there.
     *
     * @throws AssertionError when something flushed is lost
     */
    void check(ByteBuffer content) {
        for (int sector = 0; sector < stable.length; sector++) {
            long stamp = Stamped.take(content, sector);
            long expected = stable[sector];
            long[] allowed = open.getOrDefault(sector, new long[0]);
            if (stamp != expected && Arrays.stream(allowed).noneMatch(later -> later == stamp)) {
                throw new AssertionError("sector %d holds stamp %d; flushed is %d, written since %s"
                        .formatted(sector, stamp, expected, Arrays.toString(allowed)));
            }
            stable[sector] = stamp;
        }
        open.clear();
    }
}
