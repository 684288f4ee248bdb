package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.margay.cpu.internal.table.Encoding.OpcodeMap;
import org.margay.cpu.internal.table.InstructionTable;
import org.margay.cpu.internal.table.Row;

/**
 * Every opcode under every prefix, with random operands, on the host and on the interpreter: whatever user mode can see
 * afterwards is the same, exceptions included.
 *
 * <p>{@code -Dmargay.oracle.rounds=N} sets how many instances of each form run (nightly: 500, some ten minutes), {@code
 * -Dmargay.oracle.seed=N} which, {@code -Dmargay.oracle.alignment=N} in how many of a hundred alignment is checked.
 */
class OpcodeSweepTest {
    private static final int ROUNDS = Integer.getInteger("margay.oracle.rounds", 10);
    private static final long SEED = Long.getLong("margay.oracle.seed", 1);
    private static final int REPORTED_FORMS = Integer.getInteger("margay.oracle.reports", 40);

    @ParameterizedTest
    @EnumSource(Mode.class)
    void agreesWithTheHost(Mode mode) {
        compareWithHost(mode, false);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"BITS64", "BITS32"})
    void agreesWithTheHostWhenTranslated(Mode mode) {
        compareWithHost(mode, true);
    }

    private static void compareWithHost(Mode mode, boolean translated) {
        assumeTrue(NativeCpu.isAvailable(), "Linux on x86-64");
        assumeTrue(NativeCpu.get().isOfOurVendor(), "a processor by AMD");
        assumeTrue(NativeCpu.get().supports(mode), "the host runs such code");
        Map<String, String> failures = new TreeMap<>();
        int failing = 0;
        try (GuestRunner guest = new GuestRunner(translated)) {
            HostRunner host = new HostRunner(SEED);
            for (Form form : OpcodeSpace.forms(mode)) {
                if (!isInTable(form)) {
                    continue;
                }
                List<String> found = sweep(form, host, guest, translated);
                if (!found.isEmpty()) {
                    failing++;
                    if (failures.size() < REPORTED_FORMS) {
                        failures.put(form.toString(), found.size() + " of " + ROUNDS + ", first: " + found.getFirst());
                    }
                }
            }
        }
        assertThat(failures).as("%s: %d forms differ", mode, failing).isEmpty();
    }

    /** Whether the table has any row for the opcode that means the same in the host's user mode. */
    static boolean isInTable(Form form) {
        OpcodeMap map = OpcodeMap.values()[form.map()];
        return Arrays.stream(InstructionTable.all().candidates(map, form.opcode()))
                .anyMatch(Row::isUserTestable);
    }

    private static List<String> sweep(Form form, HostRunner host, GuestRunner guest, boolean translated) {
        List<String> failures = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            CaseBuilder built = CaseBuilder.build(form, seed(form, round));
            List<String> differences = compare(built, host, guest, translated);
            if (!differences.isEmpty()) {
                failures.add(built.test + "\n" + String.join("\n", differences));
            }
        }
        return failures;
    }

    private static long seed(Form form, int round) {
        return (SEED * 31 + form.toString().hashCode()) * 1_000_003 + round;
    }

    private static List<String> compare(CaseBuilder built, HostRunner host, GuestRunner guest, boolean translated) {
        HostState expected = host.run(built.test);
        HostState actual;
        try {
            actual = !translated && (built.test.code.length & 1) == 0
                    ? guest.step(built.test, host.before)
                    : guest.run(built.test, host.before);
        } catch (RuntimeException | AssertionError broken) {
            return List.of("the interpreter broke: " + broken);
        }
        return Difference.between(built.test, expected, host.after, actual, guest.after, Tolerances.of(built));
    }
}
