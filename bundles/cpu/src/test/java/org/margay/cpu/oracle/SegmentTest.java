package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What user mode may do with selectors: look descriptors up, load data segments, and go from one code segment to
 * another, which leads from 64-bit mode to 32-bit and 16-bit code and back. The guest has the descriptors that Linux
 * gives a process.
 */
class SegmentTest {
    /** The user's, the kernel's, empty ones, system segments, some beyond the tables; all with several RPL. */
    private static final int[] SELECTORS = {
        0x00, 0x01, 0x03, 0x08, 0x0B, 0x10, 0x13, 0x18, 0x1B, 0x20, 0x22, 0x23, 0x28, 0x29, 0x2A, 0x2B, 0x30, 0x33,
                0x38, 0x3B, 0x40,
        0x43, 0x4B, 0x50, 0x53, 0x5B, 0x60, 0x04, 0x05, 0x07, 0x0C, 0x0E, 0x0F, 0x14, 0x17, 0x80, 0x83, 0x84, 0x87,
                0x103, 0xFFFB, 0xFFFF
    };

    private static final int ARITHMETIC = 0x8D5, ALLOWED = 0x20_0000 | 0x400 | 0x200;
    private static final long TARGET = NativeCpu.SNIPPET + 0x100;

    private final HostRunner host = new HostRunner(1);
    private final List<String> failures = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @EnumSource
    void agreesWithTheHost(Mode mode) {
        assumeTrue(
                NativeCpu.isAvailable() && NativeCpu.get().supports(Mode.BITS16),
                "Linux on x86-64 with a local descriptor table");
        assumeTrue(NativeCpu.get().isOfOurVendor(), "a processor by AMD");
        try (GuestRunner guest = new GuestRunner()) {
            String[] sizes = mode == Mode.BITS64 ? new String[] {"", "66", "48"} : new String[] {"", "66"};
            for (int selector : SELECTORS) {
                for (String size : sizes) {
                    for (String lookUp :
                            new String[] {"0F 02 C1", "0F 03 C1", "0F 00 E1", "0F 00 E9"}) { // lar lsl verr verw
                        compare(test(mode, selector, size + lookUp), guest);
                    }
                    compare(test(mode, selector, size + "8E D9"), guest); // mov ds, cx
                    compare(test(mode, selector, size + "8E C1"), guest); // mov es, cx
                    compare(test(mode, selector, size + "8E D1"), guest); // mov ss, cx
                    if (!size.equals("48")) { // pointers with 64-bit offsets are Intel's
                        pointers(mode, selector, size, guest);
                    }
                    returns(mode, selector, size, guest);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static int operandSize(Mode mode, String size) {
        return size.equals("48") ? 8 : size.equals("66") != (mode == Mode.BITS16) ? 2 : 4;
    }

    /** LSS, LDS, LES, and indirect far jumps and calls. */
    private void pointers(Mode mode, int selector, String size, GuestRunner guest) {
        List<String> instructions = new ArrayList<>(List.of("0F B2 06", "FF 2E", "FF 1E")); // [rsi]
        if (mode != Mode.BITS64) {
            instructions.addAll(List.of("C5 06", "C4 06"));
        }
        if (mode == Mode.BITS16 && (selector | 3) == Trampoline.CODE64) {
            instructions.remove(
                    "FF 1E"); // whether the base of SS counts for what a call into 64-bit mode pushes is left open
        }
        for (String instruction : instructions) {
            String bytes = mode == Mode.BITS16 ? "67" + size + instruction : size + instruction;
            TestCase test = test(mode, selector, bytes);
            int bytesOfOffset = operandSize(mode, size);
            test.poke(CaseBuilder.TARGET, bytesOfOffset, offset(selector));
            test.poke(CaseBuilder.TARGET + bytesOfOffset, 2, selector);
            compare(test, guest);
        }
    }

    private static long offset(int selector) {
        return (selector & ~3) == 4 ? TARGET - NativeCpu.CODE : TARGET;
    }

    /** RETF with and without an immediate, and IRET. */
    private void returns(Mode mode, int selector, String size, GuestRunner guest) {
        for (String instruction : new String[] {"CB", "CA 10 00", "CF"}) {
            TestCase test = test(mode, selector, size + instruction);
            int bytes = operandSize(mode, size);
            long top = CaseBuilder.STACK;
            int stackSelector = SELECTORS[random.nextInt(SELECTORS.length)];
            long[] frame = {
                offset(selector),
                selector | random.nextLong() << 16,
                random.nextInt() & (ARITHMETIC | ALLOWED) | 2,
                CaseBuilder.STACK + 0x100,
                stackSelector
            };
            for (int i = 0; i < frame.length; i++) {
                test.poke(top + (long) i * bytes, bytes, frame[i]);
            }
            compare(test, guest);
        }
    }

    private TestCase test(Mode mode, int selector, String hex) {
        TestCase test = new TestCase(mode);
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        test.code = code.toByteArray();
        test.label = "selector %x: %s".formatted(selector, hex);
        long base = mode == Mode.BITS16 ? NativeCpu.SCRATCH : 0;
        for (int i = 0; i < (mode == Mode.BITS64 ? 16 : 8); i++) {
            test.input.r[i] = random.nextInt() & 0xFFFF_FFFFL;
        }
        test.input.r[CaseBuilder.CX] = test.input.r[CaseBuilder.CX] & 0xFFFF_0000L | selector;
        test.input.r[CaseBuilder.SI] = CaseBuilder.TARGET - base;
        test.input.r[CaseBuilder.SP] = CaseBuilder.STACK - base;
        test.input.flags = random.nextInt() & ARITHMETIC;
        return test;
    }

    private void compare(TestCase test, GuestRunner guest) {
        HostState expected = host.run(test);
        HostState actual;
        boolean looksUp = test.label.contains("0F 02");
        try {
            actual = guest.step(test, host.before);
        } catch (RuntimeException broken) {
            failures.add(test.label + " " + test.mode + " broke: " + broken);
            return;
        }
        if (looksUp) { // LAR leaves bits 16-19 open (SDM vol. 2, LAR)
            expected.r[0] &= ~0xF_0000L;
            actual.r[0] &= ~0xF_0000L;
        }
        List<String> lines = Difference.between(test, expected, host.after, actual, guest.after, new Tolerance());
        if (expected.ds != actual.ds || expected.es != actual.es) {
            lines.add("ds, es: host %x %x, ours %x %x".formatted(expected.ds, expected.es, actual.ds, actual.es));
        }
        if (expected.cs != 0 && expected.cs != actual.cs) {
            lines.add("cs: host %x, ours %x".formatted(expected.cs, actual.cs));
        }
        if (!lines.isEmpty()) {
            failures.add(test.label + " " + test.mode + ": " + lines);
        }
    }
}
