package org.margay.cpu.oracle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Runs test cases on the host; keeps the background that the scratch area is filled with before each. */
final class HostRunner {
    /** Contents of the scratch area before the pokes. */
    final byte[] background = new byte[NativeCpu.SCRATCH_SIZE];

    /** Contents before the last case ran, pokes included. */
    final byte[] before = new byte[NativeCpu.SCRATCH_SIZE];

    /** Contents after it. */
    final byte[] after = new byte[NativeCpu.SCRATCH_SIZE];

    private final HostState outcome = new HostState();

    HostRunner(long seed) {
        Values values = new Values(new SplittableRandom(seed));
        for (int i = 0; i < background.length; i += 8) {
            long lane = values.lane();
            for (int j = 0; j < 8; j++) {
                background[i + j] = (byte) (lane >>> 8 * j);
            }
        }
    }

    /** Runs {@code test}; the result is valid until the next call. */
    HostState run(TestCase test) {
        NativeCpu cpu = NativeCpu.get();
        System.arraycopy(background, 0, before, 0, before.length);
        test.applyPokes(before);
        MemorySegment scratch = cpu.scratch();
        MemorySegment.copy(before, 0, scratch, ValueLayout.JAVA_BYTE, 0, before.length);
        outcome.set(test.input);
        cpu.run(test.mode, test.code, outcome);
        MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 0, after, 0, after.length);
        if (test.mode != Mode.BITS64) {
            for (int i = 0;
                    i < 16;
                    i++) { // the upper halves are undefined after a change of mode (SDM vol. 1, 3.4.1.1)
                outcome.r[i] = i < 8 ? outcome.r[i] & 0xFFFF_FFFFL : 0;
            }
        }
        return outcome;
    }
}
