package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs of branches, loops, memory accesses and faults end alike on the interpreter and translated, flags included
 * that the manual leaves undefined: needs no host. A difference is shrunk to the fewest instructions.
 */
class TranslatorDifferenceTest {
    private static final int PROGRAMS = Integer.getInteger("margay.oracle.rounds", 10) * 200;
    private static final long SEED = Long.getLong("margay.oracle.seed", 1);
    private static final int REPORTED = 3;

    private final byte[] before = new byte[NativeCpu.SCRATCH_SIZE];

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"BITS64", "BITS32"})
    void endsAlike(Mode mode) {
        SplittableRandom random = new SplittableRandom(SEED);
        random.nextBytes(before);
        List<Form> forms = OpcodeSpace.forms(mode).stream()
                .filter(OpcodeSweepTest::isInTable)
                .filter(SequenceGenerator::isUsable)
                .toList();
        SequenceGenerator generator = new SequenceGenerator(mode, forms);
        List<String> failures = new ArrayList<>();
        try (GuestRunner interpreter = new GuestRunner(false);
                GuestRunner translator = new GuestRunner(true)) {
            for (int i = 0; i < PROGRAMS && failures.size() < REPORTED; i++) {
                SequenceGenerator.Program program = generator.generate(SEED * 7_000_003 + i);
                if (!compare(program.toCase(), interpreter, translator).isEmpty()) {
                    TestCase small = shrink(program, interpreter, translator);
                    failures.add(small + "\n" + String.join("\n", compare(small, interpreter, translator)));
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private List<String> compare(TestCase test, GuestRunner interpreter, GuestRunner translator) {
        HostState expected = interpreter.run(test, before);
        HostState actual = translator.run(test, before);
        return Difference.between(test, expected, interpreter.after, actual, translator.after, new Tolerance());
    }

    /** Leaves out what can be left out without losing the difference. */
    private TestCase shrink(SequenceGenerator.Program program, GuestRunner interpreter, GuestRunner translator) {
        List<Boolean> keep = new ArrayList<>(Collections.nCopies(program.chunks.size(), true));
        for (int i = keep.size() - 1; i >= 0; i--) {
            keep.set(i, false);
            if (compare(program.toCase(keep), interpreter, translator).isEmpty()) {
                keep.set(i, true);
            }
        }
        return program.toCase(keep);
    }
}
