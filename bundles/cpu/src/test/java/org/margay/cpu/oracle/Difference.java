package org.margay.cpu.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * Compares what the host and the interpreter made of one case. Only what the manual leaves undefined is left out, as
 * {@link Tolerance} says.
 */
final class Difference {
    private static final int PAGE_FAULT = 14, PRESENT = 1;

    private static final String[] NAMES = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
    };

    private final List<String> lines = new ArrayList<>();

    private Difference() {}

    /**
     * @param expected the host's outcome
     * @param actual the interpreter's
     * @param expectedMemory the scratch area after the host's run
     * @param actualMemory and after the interpreter's
     * @return one line for each place that differs; empty when they agree
     */
    static List<String> between(
            TestCase test,
            HostState expected,
            byte[] expectedMemory,
            HostState actual,
            byte[] actualMemory,
            Tolerance tolerance) {
        Difference difference = new Difference();
        difference.outcome(expected, actual, tolerance);
        difference.registers(expected, actual, tolerance);
        difference.vectors(expected, actual, tolerance);
        if (tolerance.comparesRegisters(expected.vector != HostState.NO_FAULT)) {
            difference.x87(expected, actual, tolerance);
        }
        boolean torn = test.mayTear && expected.vector != HostState.NO_FAULT;
        if (!torn) {
            difference.memory(expectedMemory, actualMemory, tolerance);
        }
        return difference.lines;
    }

    private void check(String what, long expected, long actual) {
        if (expected != actual) {
            lines.add("%s: host %x, ours %x".formatted(what, expected, actual));
        }
    }

    private void outcome(HostState expected, HostState actual, Tolerance tolerance) {
        if (expected.vector != actual.vector) {
            lines.add("exception: host %s, ours %s".formatted(fault(expected), fault(actual)));
        } else if (expected.vector != HostState.NO_FAULT) {
            // what the JVM has elsewhere in its address space is not ours to know
            boolean elsewhere = expected.vector == PAGE_FAULT && !LowMemory.isOurs(expected.faultAddress);
            int mask = elsewhere ? ~PRESENT : -1;
            check("error code", expected.errorCode & mask, actual.errorCode & mask);
        }
        check("rip", expected.rip, actual.rip);
        if (expected.vector == PAGE_FAULT
                && actual.vector == PAGE_FAULT
                && !tolerance.acceptsAddress(expected.faultAddress, actual.faultAddress)
                && !tolerance.acceptsOperand(expected.faultAddress, actual.faultAddress, expected)) {
            check("cr2", expected.faultAddress, actual.faultAddress);
        }
    }

    private static String fault(HostState s) {
        return s.vector == HostState.NO_FAULT
                ? "none"
                : "%d (error %x, cr2 %x)".formatted(s.vector, s.errorCode, s.faultAddress);
    }

    private void registers(HostState expected, HostState actual, Tolerance tolerance) {
        for (int i = 0; i < 16; i++) {
            if (!tolerance.anyRegister(i) && tolerance.comparesRegisters(expected.vector != HostState.NO_FAULT)) {
                check(NAMES[i], expected.r[i], actual.r[i]);
            }
        }
        long mask = ~tolerance.flags() & NativeCpu.get().flags();
        if (((expected.flags ^ actual.flags) & mask) != 0) {
            lines.add("flags: host %s, ours %s (compared %x)"
                    .formatted(flags(expected.flags & mask), flags(actual.flags & mask), mask));
        }
    }

    private static String flags(long flags) {
        StringBuilder text = new StringBuilder("%x".formatted(flags));
        String letters = "C.P.A.ZS..DO..N...A..I";
        for (int i = 0; i < letters.length(); i++) {
            if ((flags >> i & 1) != 0) {
                text.append(i == 0 ? " " : "").append(letters.charAt(i));
            }
        }
        return text.toString();
    }

    private void vectors(HostState expected, HostState actual, Tolerance tolerance) {
        for (int i = 0; i < 32; i++) {
            if (!tolerance.accepts(expected.xmm[i], actual.xmm[i])) {
                lines.add("xmm%d %s: host %016x, ours %016x"
                        .formatted(i / 2, i % 2 == 0 ? "low" : "high", expected.xmm[i], actual.xmm[i]));
            }
        }
        check("mxcsr", expected.mxcsr, actual.mxcsr);
    }

    private void x87(HostState expected, HostState actual, Tolerance tolerance) {
        check("x87 control", expected.fpControl, actual.fpControl);
        int mask = ~tolerance.x87Status();
        check("x87 status", expected.fpStatus & mask, actual.fpStatus & mask);
        check("x87 tags", expected.fpTag, actual.fpTag);
        for (int i = 0; i < 8; i++) {
            if (!tolerance.acceptsExtended(
                    expected.stExponent[i], expected.stMantissa[i], actual.stExponent[i], actual.stMantissa[i])) {
                lines.add("st%d: host %04x:%016x, ours %04x:%016x"
                        .formatted(
                                i,
                                expected.stExponent[i],
                                expected.stMantissa[i],
                                actual.stExponent[i],
                                actual.stMantissa[i]));
            }
        }
    }

    private void memory(byte[] expected, byte[] actual, Tolerance tolerance) {
        int shown = 0;
        for (int i = java.util.Arrays.mismatch(expected, actual); i >= 0 && i < expected.length && shown < 20; i++) {
            if (expected[i] != actual[i] && !tolerance.anyByte(NativeCpu.SCRATCH + i)) {
                lines.add("memory %x: host %02x, ours %02x".formatted(NativeCpu.SCRATCH + i, expected[i], actual[i]));
                shown++;
            }
        }
    }
}
