package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

class TaskSwitchTest {
    private static final int OTHER = 0x50, OTHER_TSS = 0x5000, SMALL = 0x58, SMALL_TSS = 0x5800;

    private final SystemBench bench = new SystemBench();
    private final Cpu cpu = bench.cpu;

    @BeforeEach
    void tasks() {
        bench.protectedMode();
        bench.descriptor(OTHER, SystemBench.segment(OTHER_TSS, 0x67, 0x89));
        bench.put(OTHER_TSS + 32, 4, 0x6000);
        bench.put(OTHER_TSS + 36, 4, 2);
        for (int i = 0; i < 8; i++) {
            bench.put(OTHER_TSS + 40 + 4 * i, 4, 0x100 + i);
        }
        bench.put(OTHER_TSS + 56, 4, 0x7F00);
        int[] selectors = {0, SystemBench.CODE0, SystemBench.DATA0, SystemBench.DATA0, 0, 0};
        for (int i = 0; i < 6; i++) {
            bench.put(OTHER_TSS + 72 + 4 * i, 4, selectors[i]);
        }
        cpu.r[CpuState.RBX] = 0x1234_5678;
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private long access(int selector) {
        return bench.get(SystemBench.GDT + selector + 5, 1);
    }

    @Test
    void jumpLeavesTheOldTaskFree() {
        bench.execute("EA 00 00 00 00 50 00");
        assertThat(cpu.rip).isEqualTo(0x6000);
        assertThat(cpu.r[CpuState.RDX]).isEqualTo(0x102);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x7F00);
        assertThat(cpu.selector[CpuState.TR]).isEqualTo(OTHER);
        assertThat(cpu.cr0 & ControlBits.CR0_TS).isNotZero();
        assertThat(access(OTHER)).isEqualTo(0x8B);
        assertThat(access(SystemBench.TASK)).isEqualTo(0x89);
        assertThat(bench.get(SystemBench.TSS + 32, 4)).as("saved EIP").isEqualTo(SystemBench.CODE + 7);
        assertThat(bench.get(SystemBench.TSS + 52, 4)).as("saved EBX").isEqualTo(0x1234_5678);
        assertThat(bench.get(SystemBench.TSS + 76, 2)).isEqualTo(SystemBench.CODE0);
        assertThat(bench.flags() & Rflags.NT).isZero();
    }

    @Test
    void callNestsAndIretGoesBack() {
        bench.execute("9A 00 00 00 00 50 00");
        assertThat(access(SystemBench.TASK)).as("the caller stays busy").isEqualTo(0x8B);
        assertThat(bench.get(OTHER_TSS, 2)).isEqualTo(SystemBench.TASK);
        assertThat(bench.flags() & Rflags.NT).isNotZero();
        bench.execute("CF");
        assertThat(cpu.selector[CpuState.TR]).isEqualTo(SystemBench.TASK);
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE + 7);
        assertThat(cpu.r[CpuState.RBX]).isEqualTo(0x1234_5678);
        assertThat(access(OTHER)).isEqualTo(0x89);
        assertThat(bench.get(OTHER_TSS + 36, 4) & Rflags.NT).isZero();
    }

    @Test
    void aTaskGateTakesFaultsWithTheirErrorCode() {
        bench.put(SystemBench.IDT + 8 * GuestFault.GP, 8, SystemBench.gate(OTHER, 0, 0x85, 0));
        cpu.r[CpuState.RAX] = 0x7F0;
        bench.execute("8E D8");
        assertThat(cpu.rip).isEqualTo(0x6000);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x7F00 - 4);
        assertThat(bench.stack(0, 4)).isEqualTo(0x7F0);
        assertThat(bench.get(SystemBench.TSS + 32, 4)).isEqualTo(SystemBench.CODE);
        bench.put(SystemBench.STACK0, 4, 0);
        assertThat(bench.get(OTHER_TSS, 2)).isEqualTo(SystemBench.TASK);
    }

    @Test
    void aBusyTaskIsNotEntered() {
        bench.execute("EA 00 00 00 00 28 00");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.GP);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.TASK);
    }

    @Test
    void aShortTaskStateIsInvalid() {
        bench.descriptor(OTHER, SystemBench.segment(OTHER_TSS, 0x66, 0x89));
        bench.execute("EA 00 00 00 00 50 00");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.TS);
        assertThat(bench.stack(0, 4)).isEqualTo(OTHER);
        assertThat(cpu.selector[CpuState.TR]).isEqualTo(SystemBench.TASK);
    }

    @Test
    void badSegmentsFaultInTheNewTask() {
        bench.put(OTHER_TSS + 84, 4, 0x7F0);
        bench.execute("EA 00 00 00 00 50 00");
        assertThat(cpu.selector[CpuState.TR]).isEqualTo(OTHER);
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.TS);
        assertThat(bench.stack(0, 4)).isEqualTo(0x7F0);
        assertThat(bench.stack(1, 4)).isEqualTo(0x6000);
    }

    @Test
    void a16BitTaskSavesAndLoadsHalves() {
        bench.descriptor(SMALL, SystemBench.segment(SMALL_TSS, 0x2B, 0x81));
        bench.put(SMALL_TSS + 14, 2, 0x6100);
        bench.put(SMALL_TSS + 16, 2, 2);
        bench.put(SMALL_TSS + 18 + 8, 2, 0x7E00);
        bench.put(SMALL_TSS + 36, 2, SystemBench.CODE0);
        bench.put(SMALL_TSS + 38, 2, SystemBench.DATA0);
        bench.execute("9A 00 00 00 00 58 00");
        assertThat(cpu.rip).isEqualTo(0x6100);
        assertThat(cpu.r[CpuState.RSP] & 0xFFFF).isEqualTo(0x7E00);
        assertThat(cpu.selector[CpuState.DS]).isZero();
        bench.execute("CF");
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE + 7);
        assertThat(access(SMALL)).isEqualTo(0x81);
    }

    @Test
    void theTrapFlagOfATaskIsADebugTrap() {
        bench.put(OTHER_TSS + 100, 2, 1);
        cpu.dr[7] |= 0x3;
        bench.execute("EA 00 00 00 00 50 00");
        assertThat(cpu.rip).isEqualTo(SystemBench.HANDLERS + 0x100L * GuestFault.DB);
        assertThat(cpu.dr[6] & 0x8000).isNotZero();
        assertThat(cpu.dr[7] & 0xFF).as("local breakpoints are off").isEqualTo(2);
        assertThat(bench.stack(0, 4)).isEqualTo(0x6000);
    }
}
