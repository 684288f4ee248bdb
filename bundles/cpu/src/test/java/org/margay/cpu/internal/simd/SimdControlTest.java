package org.margay.cpu.internal.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.fp.FloatBench;

/** Rights to use the vector registers, and exceptions as the system asks for them. */
class SimdControlTest {
    private static final String ADDPS = "0F 58 C1", PADDB_MMX = "0F FC C1", DIVSD = "F2 0F 5E C1";

    private final FloatBench bench = new FloatBench();
    private final Cpu cpu = bench.cpu;

    @AfterEach
    void close() {
        bench.close();
    }

    private void assertFaults(int vector, String code) {
        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> bench.execute(code))
                .satisfies(fault -> assertThat(fault.vector).isEqualTo(vector));
        assertThat(cpu.rip).isEqualTo(FloatBench.CODE);
    }

    @Test
    void sseNeedsTheSystemsConsent() {
        cpu.cr4 &= ~FloatBench.CR4_OSFXSR;
        assertFaults(GuestFault.UD, ADDPS);
        bench.execute(PADDB_MMX);
        cpu.cr4 |= FloatBench.CR4_OSFXSR;
        cpu.cr0 |= FloatBench.CR0_TS;
        assertFaults(GuestFault.NM, ADDPS);
        assertFaults(GuestFault.NM, PADDB_MMX);
        cpu.cr0 |= FloatBench.CR0_EM;
        assertFaults(GuestFault.UD, ADDPS);
        assertFaults(GuestFault.UD, PADDB_MMX);
        bench.execute("0F AE F8"); // sfence
    }

    @Test
    void anUnmaskedExceptionLeavesOnlyItsFlag() {
        cpu.mxcsr = 0x1F80 & ~0x200;
        cpu.xmm[0] = Double.doubleToRawLongBits(1);
        cpu.xmm[2] = 0;
        assertFaults(GuestFault.XM, DIVSD);
        assertThat(cpu.mxcsr).isEqualTo(0x1D84);
        assertThat(cpu.xmm[0]).isEqualTo(Double.doubleToRawLongBits(1));
        cpu.cr4 &= ~FloatBench.CR4_OSXMMEXCPT;
        assertFaults(GuestFault.UD, DIVSD);
    }

    @Test
    void mmxWaitsForTheX87() {
        cpu.fpStatus = 0x8081;
        assertFaults(GuestFault.MF, PADDB_MMX);
        assertThat(cpu.fpEmpty).isEqualTo(0xFF);
        cpu.fpStatus = 0;
        cpu.fpTop = 3;
        bench.execute(PADDB_MMX);
        assertThat(cpu.fpEmpty).isZero();
        assertThat(cpu.fpTop).isZero();
        assertThat(cpu.fpExponent[0]).isEqualTo((short) -1);
        bench.execute("0F 77"); // emms
        assertThat(cpu.fpEmpty).isEqualTo(0xFF);
    }

    @Test
    void reservedBitsOfMxcsrAreRefused() {
        bench.put(FloatBench.DATA, 4, 0x1_0000);
        assertFaults(GuestFault.GP, "0F AE 16 00 20"); // ldmxcsr [2000h]
        bench.put(FloatBench.DATA, 4, 0xFFBF);
        bench.execute("0F AE 16 00 20");
        assertThat(cpu.mxcsr).isEqualTo(0xFFBF);
    }

    @Test
    void operandsOfSixteenBytesMustBeAligned() {
        assertFaults(GuestFault.GP, "0F 58 06 08 20"); // addps xmm0, [2008h]
        bench.put(0x2008, 8, 0x1234);
        bench.execute("0F 10 06 08 20"); // movups
        assertThat(cpu.xmm[0]).isEqualTo(0x1234);
    }

    @Test
    void theFastPathReportsInexactResultsOnlyWhenTheyAre() {
        cpu.mxcsr = 0x1F80;
        cpu.xmm[0] = Double.doubleToRawLongBits(0.5);
        cpu.xmm[2] = Double.doubleToRawLongBits(0.25);
        bench.execute("F2 0F 58 C1"); // addsd xmm0, xmm1
        bench.execute("F2 0F 59 C1"); // mulsd
        bench.execute("F2 0F 5E C1"); // divsd
        assertThat(Double.longBitsToDouble(cpu.xmm[0])).isEqualTo(0.75);
        assertThat(cpu.mxcsr).isEqualTo(0x1F80);
        cpu.xmm[2] = Double.doubleToRawLongBits(3);
        bench.execute("F2 0F 5E C1");
        assertThat(cpu.mxcsr).as("exact quotient").isEqualTo(0x1F80);
        bench.execute("F2 0F 5E C1");
        assertThat(cpu.mxcsr).isEqualTo(0x1FA0);
    }
}
