package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

class DebugTest {
    private static final long HANDLER = SystemBench.HANDLERS + 0x100L * GuestFault.DB;

    private final SystemBench bench = new SystemBench();
    private final Cpu cpu = bench.cpu;

    @BeforeEach
    void protectedMode() {
        bench.protectedMode();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void trapFlagTrapsAfterTheInstruction() {
        cpu.flags |= Rflags.TF;
        bench.execute("90");
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 1);
        assertThat(cpu.dr[6]).isEqualTo(0xFFFF_4FF0L);
        assertThat(bench.stack(2, 4)).as("TF is kept in the image").isEqualTo(0x102);
        assertThat(bench.flags() & Rflags.TF).isZero();
    }

    @Test
    void popfWithTrapFlagTrapsAfterTheNextInstruction() {
        bench.put(SystemBench.STACK - 4, 4, 0x102);
        cpu.r[CpuState.RSP] = SystemBench.STACK - 4;
        bench.code(SystemBench.CODE, "9D 90 90");
        bench.steps(2);
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 2);
    }

    @Test
    void softwareInterruptsAreNotSteppedInto() {
        cpu.flags |= Rflags.TF;
        bench.execute("CD 30");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x3000);
    }

    @Test
    void instructionBreakpointIsAFaultThatResumeFlagHoldsOff() {
        cpu.dr[0] = SystemBench.CODE;
        cpu.dr[7] = 0x401;
        bench.execute("90");
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(cpu.dr[6] & 0xF).isEqualTo(1);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE);
        bench.put(cpu.r[CpuState.RSP] + 8, 4, 0x1_0002);
        bench.execute("CF");
        bench.execute("90");
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE + 1);
        assertThat(bench.flags() & Rflags.RF).as("used up").isZero();
    }

    @Test
    void dataBreakpointTrapsAfterTheAccess() {
        cpu.dr[1] = 0x7004;
        cpu.dr[7] = 0x40_0000 | 0xD0_0000 | 0x4 | 0x400; // 4 bytes, writes
        cpu.attention = true;
        cpu.r[CpuState.RAX] = 1;
        bench.code(SystemBench.CODE, "A1 04 70 00 00  A2 07 70 00 00");
        bench.steps(1);
        assertThat(cpu.rip).as("reads do not count").isEqualTo(SystemBench.CODE + 5);
        bench.steps(1);
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(cpu.dr[6] & 0xF).isEqualTo(2);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 10);
    }

    @Test
    void debugRegistersCanBeGuarded() {
        cpu.dr[7] = 0x2400;
        bench.execute("0F 21 C0");
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(cpu.dr[6] & 0x2000).isNotZero();
        assertThat(cpu.dr[7] & 0x2000).isZero();
    }

    @Test
    void aliasesDependOnDebugExtensions() {
        bench.execute("0F 21 E0"); // DR4
        assertThat(cpu.r[CpuState.RAX]).isEqualTo(cpu.dr[6]);
        cpu.cr4 |= ControlBits.CR4_DE;
        bench.execute("0F 21 E0");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.UD);
    }

    @Test
    void int1NeedsNoPrivilege() {
        bench.level(3);
        bench.execute("F1");
        assertThat(cpu.rip).isEqualTo(HANDLER);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 1);
    }
}
