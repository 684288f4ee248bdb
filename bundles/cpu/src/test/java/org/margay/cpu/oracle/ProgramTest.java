package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs end on the interpreter, and translated, in the state that they end in on the host: what instructions leave for one
 * another (lazy flags, fused operations, cached blocks) is right too.
 */
class ProgramTest {
    private static final int PROGRAMS = Integer.getInteger("margay.oracle.rounds", 10) * 100;
    private static final long SEED = Long.getLong("margay.oracle.seed", 1);
    private static final int REPORTED = 5;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void endsInTheSameState(Mode mode) {
        compareWithHost(mode, false);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"BITS64", "BITS32"})
    void endsInTheSameStateWhenTranslated(Mode mode) {
        compareWithHost(mode, true);
    }

    private static void compareWithHost(Mode mode, boolean translated) {
        assumeTrue(NativeCpu.isAvailable(), "Linux on x86-64");
        assumeTrue(NativeCpu.get().isOfOurVendor(), "a processor by AMD");
        assumeTrue(NativeCpu.get().supports(mode), "the host runs such code");
        List<String> failures = new ArrayList<>();
        HostRunner host = new HostRunner(SEED);
        try (GuestRunner guest = new GuestRunner(translated)) {
            List<Form> forms = SequenceGenerator.usableForms(mode, host).stream()
                    .filter(OpcodeSweepTest::isInTable)
                    .toList();
            SequenceGenerator generator = new SequenceGenerator(mode, forms);
            for (int i = 0; i < PROGRAMS && failures.size() < REPORTED; i++) {
                SequenceGenerator.Program program = generator.generate(SEED * 1_000_003 + i);
                if (!compare(program.toCase(), host, guest).isEmpty()) {
                    TestCase small = shrink(program, host, guest);
                    failures.add(small + "\n" + String.join("\n", compare(small, host, guest)));
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static List<String> compare(TestCase test, HostRunner host, GuestRunner guest) {
        HostState expected = host.run(test);
        HostState actual = guest.run(test, host.before);
        return Difference.between(
                test, expected, host.after, actual, guest.after, new Tolerance().eitherStringOperand());
    }

    /** Leaves out what can be left out without losing the difference. */
    private static TestCase shrink(SequenceGenerator.Program program, HostRunner host, GuestRunner guest) {
        List<Boolean> keep = new ArrayList<>(Collections.nCopies(program.chunks.size(), true));
        for (int i = keep.size() - 1; i >= 0; i--) {
            keep.set(i, false);
            if (compare(program.toCase(keep), host, guest).isEmpty()) {
                keep.set(i, true);
            }
        }
        return program.toCase(keep);
    }
}
