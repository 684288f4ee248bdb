package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The generated cases run on the host, do not depend on anything outside them, and mostly do something. */
class GeneratorTest {
    @ParameterizedTest
    @EnumSource(Mode.class)
    void casesAreReproducibleAndMostlyRun(Mode mode) {
        assumeTrue(NativeCpu.isAvailable());
        assumeTrue(NativeCpu.get().supports(mode), "the host runs such code");
        HostRunner host = new HostRunner(1);
        Map<Integer, Integer> outcomes = new TreeMap<>();
        int cases = 0;
        for (Form form : OpcodeSpace.forms(mode)) {
            for (int round = 0; round < 3; round++) {
                TestCase test = CaseBuilder.build(form, 31L * form.hashCode() + round).test;
                HostState first = host.run(test).copy();
                byte[] scratch = host.after.clone();
                HostState second = host.run(test);
                assertThat(host.after).as(test::toString).isEqualTo(scratch);
                assertThat(second).as(test::toString).isEqualTo(first);
                outcomes.merge(first.vector, 1, Integer::sum);
                cases++;
            }
        }
        // about half of the cells are no instruction at all
        assertThat(outcomes.get(HostState.NO_FAULT)).as(outcomes.toString()).isGreaterThan(cases * 2 / 5);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void programsMostlyRunToTheirEnd(Mode mode) {
        assumeTrue(NativeCpu.isAvailable());
        assumeTrue(NativeCpu.get().supports(mode), "the host runs such code");
        HostRunner host = new HostRunner(2);
        SequenceGenerator generator = new SequenceGenerator(mode, SequenceGenerator.usableForms(mode, host));
        int completed = 0;
        for (int seed = 0; seed < 500; seed++) {
            TestCase program = generator.generate(seed).toCase();
            HostState outcome = host.run(program);
            if (outcome.vector == HostState.NO_FAULT) {
                assertThat(outcome.rip).isEqualTo(NativeCpu.SNIPPET + program.code.length);
                completed++;
            }
        }
        assertThat(completed).isGreaterThan(100);
    }
}
