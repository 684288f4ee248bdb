package org.margay.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle itself: state goes in and comes out whole, and faults come back as outcomes. */
class NativeCpuTest {
    private final HostState s = new HostState();

    @BeforeEach
    void needsHost() {
        assumeTrue(NativeCpu.isAvailable(), "Linux on x86-64");
        s.r[4] = NativeCpu.SCRATCH + 0x2000;
    }

    private void run(String hex) {
        NativeCpu.get().run(HexFormat.of().parseHex(hex.replace(" ", "")), s);
    }

    private void run32(String hex) {
        NativeCpu.get().run(Mode.BITS32, HexFormat.of().parseHex(hex.replace(" ", "")), s);
    }

    @Test
    void stateSurvivesAnEmptySnippet() {
        for (int i = 0; i < 16; i++) {
            s.r[i] = 0x0123_4567_89AB_CDEFL * (i + 3);
        }
        for (int i = 0; i < 32; i++) {
            s.xmm[i] = 0xFEDC_BA98_7654_3210L * (2 * i + 1);
        }
        for (int i = 0; i < 8; i++) {
            s.stMantissa[i] = 0x2000_0000_0000_0001L + i;
            s.stExponent[i] = 0x3FFF + i;
        }
        s.flags = 0xCD5;
        s.mxcsr = 0x7F80;
        s.fpControl = 0x0A3F | 0x40;
        s.fpStatus = 3 << 11;
        s.fpTag = 0xFF;
        HostState before = s.copy();
        run("");
        before.rip = NativeCpu.SNIPPET;
        assertThat(s).isEqualTo(before);
    }

    @Test
    void computesAndStores() {
        s.r[0] = Long.MAX_VALUE;
        s.r[3] = 1;
        s.r[6] = NativeCpu.SCRATCH;
        run("48 01 D8 48 89 06"); // add rax, rbx; mov [rsi], rax
        assertThat(s.r[0]).isEqualTo(Long.MIN_VALUE);
        assertThat(s.flags).isEqualTo(0x894); // OF SF AF PF
        assertThat(s.vector).isEqualTo(HostState.NO_FAULT);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 6);
        assertThat(NativeCpu.get().scratch().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void pushesOnTheSnippetsStack() {
        s.r[0] = 42;
        run("50");
        assertThat(s.r[4]).isEqualTo(NativeCpu.SCRATCH + 0x1FF8);
        assertThat(NativeCpu.get().scratch().get(ValueLayout.JAVA_LONG, 0x1FF8)).isEqualTo(42);
    }

    @Test
    void reportsDivideError() {
        s.r[0] = 1;
        s.flags = 0x8D5;
        run("90 48 F7 F1"); // nop; div rcx
        assertThat(s.vector).isZero();
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 1);
        assertThat(s.r[0]).isEqualTo(1);
    }

    @Test
    void reportsPageFault() {
        s.r[4] = 0; // the signal must not need the snippet's stack
        s.r[1] = NativeCpu.SCRATCH + NativeCpu.SCRATCH_SIZE;
        run("48 89 01"); // mov [rcx], rax
        assertThat(s.vector).isEqualTo(14);
        assertThat(s.errorCode & 7).isEqualTo(6);
        assertThat(s.faultAddress).isEqualTo(NativeCpu.SCRATCH + NativeCpu.SCRATCH_SIZE);
    }

    @Test
    void reportsInvalidOpcodeProtectionAndFloatingPointFaults() {
        run("0F 0B");
        assertThat(s.vector).isEqualTo(6);
        run("F4"); // hlt
        assertThat(s.vector).isEqualTo(13);
        s.mxcsr = 0x1F80 & ~0x200; // unmask divide by zero
        s.xmm[0] = Double.doubleToRawLongBits(1);
        run("F2 0F 5E C1"); // divsd xmm0, xmm1
        assertThat(s.vector).isEqualTo(19);
        s.mxcsr = 0x1F80;
        s.fpControl = 0x037F & ~4; // unmask divide by zero
        run("D9 E8 D9 EE DE F9 9B"); // fld1; fldz; fdivp; fwait
        assertThat(s.vector).isEqualTo(16);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 6);
        run("CC");
        assertThat(s.vector).isEqualTo(3);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 1);
    }

    @Test
    void stopsAtBranchTargets() {
        run("EB 10");
        assertThat(s.vector).isEqualTo(HostState.NO_FAULT);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 0x12);
        s.r[0] = NativeCpu.SCRATCH + 5;
        run("FF E0");
        assertThat(s.vector).isEqualTo(HostState.NO_FAULT);
        assertThat(s.rip).isEqualTo(NativeCpu.SCRATCH + 5);
    }

    @Test
    void theJvmKeepsItsOwnSignals() {
        run("0F 0B");
        Object[] holder = new Object[1];
        int caught = 0;
        for (int i = 0; i < 100_000; i++) {
            try {
                holder[0].hashCode(); // an implicit null check, once compiled
            } catch (NullPointerException expected) {
                caught++;
            }
        }
        assertThat(caught).isEqualTo(100_000);
    }

    @Test
    void runsThirtyTwoBitCode() {
        assumeTrue(NativeCpu.get().supports(Mode.BITS32), "the host runs such code");
        s.r[0] = 0x0000_0F0F;
        s.flags = 0;
        run32("37"); // aaa
        assertThat(s.r[0] & 0xFFFF_FFFFL).isEqualTo(0x1005);
        assertThat(s.flags & 0x11).isEqualTo(0x11);
        s.r[0] = 0x1234;
        run32("60"); // pusha
        assertThat(s.r[4]).isEqualTo(NativeCpu.SCRATCH + 0x2000 - 32);
        run32("0F 0B");
        assertThat(s.vector).isEqualTo(6);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET);
        run("90");
        assertThat(s.vector).isEqualTo(HostState.NO_FAULT);
    }

    @Test
    void runsSixteenBitCode() {
        assumeTrue(NativeCpu.get().supports(Mode.BITS16), "the host runs such code");
        s.r[4] = 0x2000;
        s.r[0] = 0x1234;
        HexFormat hex = HexFormat.of();
        NativeCpu.get().run(Mode.BITS16, hex.parseHex("50"), s); // push ax
        assertThat(s.r[4] & 0xFFFF).isEqualTo(0x1FFE);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 1);
        assertThat(NativeCpu.get().scratch().get(ValueLayout.JAVA_SHORT, 0x1FFE))
                .isEqualTo((short) 0x1234);
        s.r[0] = NativeCpu.CODE_SIZE;
        NativeCpu.get().run(Mode.BITS16, hex.parseHex("90FFE0"), s); // nop; jmp ax
        assertThat(s.vector).as("beyond the limit").isEqualTo(13);
        NativeCpu.get().run(Mode.BITS16, hex.parseHex("EB20"), s);
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 0x22);
        run("90");
        assertThat(s.rip).isEqualTo(NativeCpu.SNIPPET + 1);
    }

    @Test
    void tellsFeatures() {
        assertThat(NativeCpu.get().cpuid(1, 0)[3] >>> 26 & 1).as("SSE2").isEqualTo(1);
    }
}
