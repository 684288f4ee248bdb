package org.margay.cpu.internal.fp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

/** What user mode on the host can't show: control registers, pending exceptions, images in memory. */
class X87ControlTest {
    private static final String FNINIT = "DB E3", FLD1 = "D9 E8", FLDZ = "D9 EE", FDIVP = "DE F9", FWAIT = "9B";

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

    /** Leaves an unmasked division by zero pending. */
    private void divideByZero() {
        bench.execute(FNINIT);
        cpu.fpControl &= ~FloatFlags.ZERO_DIVIDE;
        bench.execute(FLD1);
        bench.execute(FLDZ);
        bench.execute(FDIVP);
    }

    @Test
    void anotherTasksRegistersAreNotTouched() {
        bench.execute(FNINIT);
        cpu.cr0 |= FloatBench.CR0_TS;
        assertFaults(GuestFault.NM, FLD1);
        assertFaults(GuestFault.NM, FNINIT);
        bench.execute(FWAIT);
        cpu.cr0 |= FloatBench.CR0_MP;
        assertFaults(GuestFault.NM, FWAIT);
        assertThat(cpu.fpEmpty).isEqualTo(0xFF);
    }

    @Test
    void emulationCatchesEveryInstructionButFwait() {
        cpu.cr0 |= FloatBench.CR0_EM;
        assertFaults(GuestFault.NM, FLD1);
        assertFaults(GuestFault.NM, "DF E0");
        bench.execute(FWAIT);
    }

    @Test
    void anUnmaskedExceptionIsReportedByTheNextWaitingInstruction() {
        divideByZero();
        assertThat(cpu.fpStatus & 0x80FF).isEqualTo(0x8084);
        assertThat(cpu.fpTop).as("operands stay").isEqualTo(6);
        assertFaults(GuestFault.MF, FWAIT);
        assertFaults(GuestFault.MF, FLD1);
        bench.execute("DF E0"); // fnstsw ax
        assertThat(cpu.r[CpuState.RAX] & 0xFFFF).isEqualTo(0xB084);
        bench.execute("DB E2"); // fnclex
        bench.execute(FWAIT);
        assertThat(cpu.fpStatus).isZero();
    }

    @Test
    void withoutNumericErrorsTheBoardIsTold() {
        divideByZero();
        cpu.cr0 &= ~FloatBench.CR0_NE;
        assertThat(bench.floatErrors()).isZero();
        bench.execute(FWAIT);
        assertThat(bench.floatErrors()).isEqualTo(1);
        bench.execute(FWAIT);
        assertThat(bench.floatErrors()).as("once").isEqualTo(1);
        bench.execute("DB E2");
        bench.execute(FWAIT);
        assertThat(bench.floatErrors()).isEqualTo(1);
        divideByZero();
        bench.execute(FWAIT);
        assertThat(bench.floatErrors()).as("the next one").isEqualTo(2);
    }

    @Test
    void unmaskingAPendingFlagRaisesIt() {
        bench.execute(FNINIT);
        bench.execute(FLD1);
        bench.execute(FLDZ);
        bench.execute(FDIVP);
        assertThat(cpu.fpStatus & 0x80).isZero();
        bench.put(FloatBench.DATA, 2, 0x037B);
        bench.execute("D9 2E 00 20"); // fldcw [2000h]
        assertThat(cpu.fpStatus & 0x8080).isEqualTo(0x8080);
    }

    @Test
    void theLastInstructionIsRemembered() {
        bench.execute(FNINIT);
        cpu.selector[CpuState.DS] = 0x123;
        bench.put(FloatBench.DATA, 4, Float.floatToIntBits(1.5f));
        bench.execute("D9 06 00 20"); // fld dword [2000h]
        bench.execute("D9 3E 00 30"); // fnstcw: no trace of it
        assertThat(cpu.fpOpcode).isEqualTo(0x106);
        assertThat(cpu.fpCodeOffset).isEqualTo(FloatBench.CODE);
        assertThat(cpu.fpDataOffset).isEqualTo(FloatBench.DATA);
        assertThat(cpu.fpDataSelector).isEqualTo(0x123);
    }

    @Test
    void realModeEnvironmentHoldsLinearAddresses() {
        bench.execute(FNINIT);
        bench.execute(FLD1);
        bench.execute(FLDZ);
        cpu.fpCodeSelector = 0x1234;
        cpu.fpCodeOffset = 0x5678;
        cpu.fpOpcode = 0x1EE;
        bench.execute("66 D9 36 00 20"); // fnstenv [2000h], 32-bit
        assertThat(bench.get(0x2000, 4)).isEqualTo(0xFFFF_037FL);
        assertThat(bench.get(0x2004, 4)).isEqualTo(0xFFFF_3000L);
        assertThat(bench.get(0x2008, 4))
                .as("ST1 = 1 in register 7, ST0 = 0 in register 6")
                .isEqualTo(0xFFFF_1FFFL);
        assertThat(bench.get(0x200C, 4) & 0xFFFF).isEqualTo(0x79B8);
        assertThat(bench.get(0x2010, 4)).isEqualTo(0x1_1EEL);
        bench.execute(FNINIT);
        bench.execute("66 D9 26 00 20"); // fldenv
        assertThat(cpu.fpTop).isEqualTo(6);
        assertThat(cpu.fpEmpty).isEqualTo(0x3F);
        assertThat(cpu.fpCodeOffset).isEqualTo(0x179B8);
        assertThat(cpu.fpOpcode).isEqualTo(0x1EE);
    }

    @Test
    void saveAndRestoreCarryTheStackOver() {
        bench.execute(FNINIT);
        bench.execute("D9 EB"); // fldpi
        bench.execute(FLD1);
        bench.execute("DD 36 00 20"); // fnsave, 16-bit
        assertThat(cpu.fpEmpty).as("initialised").isEqualTo(0xFF);
        assertThat(bench.get(0x200E, 8)).as("ST0").isEqualTo(0x8000_0000_0000_0000L);
        assertThat(bench.get(0x2016, 2)).isEqualTo(0x3FFF);
        bench.execute("DD 26 00 20"); // frstor
        assertThat(cpu.fpEmpty).isEqualTo(0x3F);
        assertThat(cpu.fpMantissa[7]).isEqualTo(0xC90F_DAA2_2168_C235L);
    }

    @Test
    void fxsaveKeepsAnImageThatFxrstorTakes() {
        bench.execute(FNINIT);
        bench.execute("D9 EB");
        cpu.mxcsr = 0x1FA0;
        cpu.xmm[14] = 0x1111;
        cpu.xmm[15] = 0x2222;
        cpu.xmm[16] = 0x3333;
        bench.execute("0F AE 06 00 20"); // fxsave [2000h]
        assertThat(bench.get(0x2004, 1)).as("abridged tags").isEqualTo(0x80);
        assertThat(bench.get(0x2018, 4)).isEqualTo(0x1FA0);
        assertThat(bench.get(0x201C, 4)).as("MXCSR_MASK").isEqualTo(0xFFFF);
        assertThat(bench.get(0x2020, 8)).as("ST0").isEqualTo(0xC90F_DAA2_2168_C235L);
        assertThat(bench.get(0x2000 + 160 + 7 * 16, 8)).isEqualTo(0x1111);
        bench.execute(FNINIT);
        cpu.fpMantissa[7] = 0;
        cpu.xmm[14] = 0;
        cpu.mxcsr = 0x1F80;
        bench.execute("0F AE 0E 00 20"); // fxrstor
        assertThat(cpu.fpTop).isEqualTo(7);
        assertThat(cpu.fpEmpty).isEqualTo(0x7F);
        assertThat(cpu.fpMantissa[7]).isEqualTo(0xC90F_DAA2_2168_C235L);
        assertThat(cpu.xmm[14]).isEqualTo(0x1111);
        assertThat(cpu.xmm[16]).as("XMM8 is out of reach here").isEqualTo(0x3333);
        assertThat(cpu.mxcsr).isEqualTo(0x1FA0);
    }

    @Test
    void fxrstorRefusesWhatMxcsrDoesNotHave() {
        bench.execute("0F AE 06 00 20");
        bench.put(0x2018, 4, 0x1_1F80);
        cpu.fpControl = 0x27F;
        assertFaults(GuestFault.GP, "0F AE 0E 00 20");
        assertThat(cpu.fpControl).isEqualTo(0x27F);
        assertFaults(GuestFault.GP, "0F AE 06 08 20"); // not aligned
    }
}
