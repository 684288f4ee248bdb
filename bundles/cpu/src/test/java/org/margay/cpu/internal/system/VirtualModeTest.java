package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.machine.OptionException;

class VirtualModeTest {
    private static final int BASE = 0x5000;

    private final SystemBench bench;
    private final Cpu cpu;

    VirtualModeTest() throws OptionException {
        bench = new SystemBench(CpuModel.parse("qemu64,+vme"));
        cpu = bench.cpu;
    }

    /** IRET from level 0 into an 8086 program at 500:0010, stack 600:0100. */
    @BeforeEach
    void enter() {
        bench.protectedMode();
        enter(Rflags.VM | Rflags.IF);
    }

    private void enter(long flags) {
        bench.level(0);
        cpu.r[CpuState.RSP] = SystemBench.STACK - 36;
        long[] frame = {0x10, 0x500, flags | 2, 0x100, 0x600, 0x700, 0x800, 0x900, 0xA00};
        for (int i = 0; i < frame.length; i++) {
            bench.put(SystemBench.STACK - 36 + 4 * i, 4, frame[i]);
        }
        cpu.rip = SystemBench.CODE;
        bench.execute("CF");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void segmentsAreParagraphs() {
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.isVirtual8086()).isTrue();
        assertThat(cpu.segBase[CpuState.CS] + cpu.rip).isEqualTo(BASE + 0x10);
        assertThat(cpu.segBase[CpuState.SS]).isEqualTo(0x6000);
        assertThat(cpu.segBase[CpuState.ES]).isEqualTo(0x7000);
        assertThat(cpu.segBase[CpuState.DS]).isEqualTo(0x8000);
        assertThat(cpu.segBase[CpuState.FS]).isEqualTo(0x9000);
        assertThat(cpu.segBase[CpuState.GS]).isEqualTo(0xA000);
        assertThat(cpu.segLimit[CpuState.DS]).isEqualTo(0xFFFF);
        cpu.r[CpuState.RAX] = 0x123;
        bench.execute("8E D8");
        assertThat(cpu.segBase[CpuState.DS]).isEqualTo(0x1230);
    }

    @Test
    void sensitiveInstructionsFaultIntoTheMonitor() {
        bench.execute("FA");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.GP);
        assertThat(cpu.cpl).isZero();
        assertThat(cpu.isVirtual8086()).isFalse();
        assertThat(cpu.selector[CpuState.DS]).isZero();
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK0 - 40);
        long[] frame = {0, 0x10, 0x500, 0x3_0202, 0x100, 0x600, 0x700, 0x800, 0x900, 0xA00};
        for (int i = 0; i < frame.length; i++) {
            assertThat(bench.stack(i, 4)).as("frame %d", i).isEqualTo(frame[i]);
        }
        cpu.r[CpuState.RSP] += 4;
        bench.execute("CF");
        assertThat(cpu.isVirtual8086()).isTrue();
        assertThat(cpu.rip).isEqualTo(0x10);
    }

    @Test
    void interruptInstructionsNeedIoplWithoutRedirection() {
        bench.execute("CD 21");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.GP);
        enter(Rflags.VM | Rflags.IOPL);
        bench.put(SystemBench.IDT + 8 * 0x21, 8, SystemBench.gate(SystemBench.CODE0, 0x7000, 0xEE, 0));
        bench.execute("CD 21");
        assertThat(cpu.rip).isEqualTo(0x7000);
        assertThat(bench.stack(0, 4)).isEqualTo(0x12);
    }

    @Test
    void redirectedInterruptsStayInTheProgram() {
        cpu.cr4 |= ControlBits.CR4_VME;
        cpu.segLimit[CpuState.TR] = 0x200;
        bench.put(SystemBench.TSS + 102, 2, 0x88); // the redirection map lies in the 32 bytes below
        bench.put(0x21 * 4, 4, 0x0500_0040);
        cpu.flags |= Rflags.VIF;
        bench.execute("CD 21");
        assertThat(cpu.isVirtual8086()).isTrue();
        assertThat(cpu.rip).isEqualTo(0x40);
        assertThat(bench.stack(0, 2)).isEqualTo(0x12);
        assertThat(bench.stack(2, 2)).as("VIF as IF, IOPL 3").isEqualTo(0x3202);
        assertThat(bench.flags() & Rflags.VIF).isZero();
        bench.execute("CF");
        assertThat(cpu.rip).isEqualTo(0x12);
        assertThat(bench.flags() & Rflags.VIF).isNotZero();
    }

    @Test
    void virtualInterruptFlag() {
        cpu.cr4 |= ControlBits.CR4_VME;
        bench.execute("FB");
        assertThat(bench.flags() & Rflags.VIF).isNotZero();
        bench.execute("9C");
        assertThat(bench.stack(0, 2)).isEqualTo(0x3202);
        bench.execute("FA");
        assertThat(bench.flags() & Rflags.VIF).isZero();
        assertThat(bench.flags() & Rflags.IF).isNotZero();
        cpu.flags |= Rflags.VIP;
        bench.execute("FB");
        assertThat(cpu.rip).as("a pending interrupt wants in").isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.GP);
    }
}
