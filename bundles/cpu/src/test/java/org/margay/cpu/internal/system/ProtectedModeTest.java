package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.ShutdownException;

class ProtectedModeTest {
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

    private void assertHandler(int vector) {
        assertThat(cpu.rip).as("handler of vector").isEqualTo(SystemBench.HANDLERS + 0x100L * vector);
    }

    /** Runs an instruction that must fault, and tells the error code. */
    private long fault(int vector, String hex) {
        bench.execute(hex);
        assertHandler(vector);
        return bench.stack(0, 4);
    }

    @Test
    void aFaultFromLevel3SwitchesStacks() {
        bench.level(3);
        cpu.flags |= Rflags.IF;
        bench.execute("0F 0B");
        assertHandler(GuestFault.UD);
        assertThat(cpu.cpl).isZero();
        assertThat(cpu.selector[CpuState.SS]).isEqualTo(SystemBench.DATA0);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK0 - 20);
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE);
        assertThat(bench.stack(1, 4)).isEqualTo(SystemBench.CODE3);
        assertThat(bench.stack(2, 4)).as("RF is set for faults").isEqualTo(0x10202);
        assertThat(bench.stack(3, 4)).isEqualTo(SystemBench.STACK);
        assertThat(bench.stack(4, 4)).isEqualTo(SystemBench.DATA3);
        assertThat(bench.flags() & Rflags.IF).isZero();
        bench.execute("CF");
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK);
        assertThat(cpu.selector[CpuState.SS]).isEqualTo(SystemBench.DATA3);
    }

    @Test
    void softwareInterruptsNeedTheGatesPrivilege() {
        bench.level(3);
        assertThat(fault(GuestFault.GP, "CD 30")).isEqualTo(0x30 * 8 + 2);
        bench.put(SystemBench.IDT + 8 * 0x30, 8, SystemBench.gate(SystemBench.CODE0, 0x5000, 0xEF, 0));
        bench.level(3);
        cpu.rip = SystemBench.CODE;
        cpu.flags |= Rflags.IF;
        bench.execute("CD 30");
        assertThat(cpu.rip).isEqualTo(0x5000);
        assertThat(bench.flags() & Rflags.IF).as("a trap gate keeps IF").isNotZero();
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 2);
    }

    @Test
    void errorCodesNameTheCulprit() {
        bench.put(SystemBench.IDT + 8 * 0x31, 8, SystemBench.gate(SystemBench.CODE0, 0x5000, 0x0E, 0));
        assertThat(fault(GuestFault.NP, "CD 31")).isEqualTo(0x31 * 8 + 2);
        cpu.r[CpuState.RAX] = 0x7F0;
        assertThat(fault(GuestFault.GP, "8E D8")).isEqualTo(0x7F0);
        bench.descriptor(SystemBench.FREE, SystemBench.segment(0, 0xFFFFF, 0xC013));
        cpu.r[CpuState.RAX] = SystemBench.FREE;
        assertThat(fault(GuestFault.NP, "8E D8")).isEqualTo(SystemBench.FREE);
        assertThat(fault(GuestFault.SS, "8E D0")).isEqualTo(SystemBench.FREE);
        cpu.r[CpuState.RAX] = 0;
        assertThat(fault(GuestFault.GP, "8E D0")).isZero();
    }

    @Test
    void dataSegmentsAreCheckedAgainstPrivilege() {
        bench.level(3);
        cpu.r[CpuState.RAX] = SystemBench.DATA0;
        assertThat(fault(GuestFault.GP, "8E D8")).isEqualTo(SystemBench.DATA0);
        bench.level(0);
        cpu.r[CpuState.RAX] = SystemBench.DATA0 | 3;
        assertThat(fault(GuestFault.GP, "8E D8")).as("RPL counts").isEqualTo(SystemBench.DATA0);
        // An execute-only code segment can't be read; a conforming readable one can, from anywhere.
        bench.descriptor(SystemBench.FREE, SystemBench.segment(0, 0xFFFFF, 0xC09E));
        cpu.r[CpuState.RAX] = SystemBench.FREE | 3;
        cpu.rip = SystemBench.CODE;
        bench.execute("8E D8");
        assertThat(cpu.selector[CpuState.DS]).isEqualTo(SystemBench.FREE | 3);
        bench.descriptor(SystemBench.FREE, SystemBench.segment(0, 0xFFFFF, 0xC098));
        assertThat(fault(GuestFault.GP, "8E D8")).isEqualTo(SystemBench.FREE);
    }

    @Test
    void twoFaultsMakeADoubleFaultAndThreeAShutdown() {
        bench.put(SystemBench.IDT + 8 * GuestFault.GP, 8, 0);
        cpu.r[CpuState.RAX] = 0x7F0;
        assertThat(fault(GuestFault.DF, "8E D8")).isZero();
        bench.put(SystemBench.IDT + 8 * GuestFault.DF, 8, 0);
        cpu.rip = SystemBench.CODE;
        assertThatThrownBy(() -> bench.execute("8E D8")).isInstanceOf(ShutdownException.class);
    }

    @Test
    void aBenignFirstFaultIsFollowedByTheSecond() {
        bench.put(SystemBench.IDT + 8 * GuestFault.UD, 8, 0);
        assertThat(fault(GuestFault.GP, "0F 0B")).as("EXT and IDT").isEqualTo(GuestFault.UD * 8 + 3);
    }

    @Test
    void callGatesSwitchStackAndCopyParameters() {
        bench.descriptor(SystemBench.FREE, SystemBench.gate(SystemBench.CODE0, 0x6000, 0xEC, 2));
        bench.level(3);
        cpu.r[CpuState.RSP] = SystemBench.STACK - 8;
        bench.put(SystemBench.STACK - 8, 4, 0x1111);
        bench.put(SystemBench.STACK - 4, 4, 0x2222);
        bench.execute("9A 00 00 00 00 4B 00");
        assertThat(cpu.rip).isEqualTo(0x6000);
        assertThat(cpu.cpl).isZero();
        assertThat(bench.stack(0, 4)).isEqualTo(SystemBench.CODE + 7);
        assertThat(bench.stack(1, 4)).isEqualTo(SystemBench.CODE3);
        assertThat(bench.stack(2, 4)).isEqualTo(0x1111);
        assertThat(bench.stack(3, 4)).isEqualTo(0x2222);
        assertThat(bench.stack(4, 4)).isEqualTo(SystemBench.STACK - 8);
        assertThat(bench.stack(5, 4)).isEqualTo(SystemBench.DATA3);
        Segments.load(cpu, CpuState.ES, SystemBench.DATA0);
        bench.execute("CA 08 00");
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE + 7);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK);
        assertThat(cpu.selector[CpuState.ES])
                .as("a privileged segment is dropped")
                .isZero();
        assertThat(cpu.selector[CpuState.DS]).isEqualTo(SystemBench.DATA3);
    }

    @Test
    void aGateOutOfReachFaults() {
        bench.descriptor(SystemBench.FREE, SystemBench.gate(SystemBench.CODE0, 0x6000, 0x8C, 0));
        bench.level(3);
        assertThat(fault(GuestFault.GP, "9A 00 00 00 00 4B 00")).isEqualTo(SystemBench.FREE);
    }

    @Test
    void aBadStackInTheTaskStateIsNamed() {
        bench.put(SystemBench.TSS + 8, 4, SystemBench.DATA3);
        bench.put(SystemBench.IDT + 8 * GuestFault.TS, 8, SystemBench.gate(SystemBench.CODE0, 0x5000, 0x8E, 0));
        bench.level(3);
        // Delivery of #TS needs the same stack: the double fault has no way either.
        assertThatThrownBy(() -> bench.execute("0F 0B")).isInstanceOf(ShutdownException.class);
    }

    @Test
    void limitsOfReturnsAreChecked() {
        assertThatThrownBy(() -> FarTransfers.checkReturn(cpu, SystemBench.DATA0))
                .isInstanceOfSatisfying(GuestFault.class, fault -> {
                    assertThat(fault.vector).isEqualTo(GuestFault.GP);
                    assertThat(fault.errorCode).isEqualTo(SystemBench.DATA0);
                });
        bench.level(3);
        assertThatThrownBy(() -> FarTransfers.checkReturn(cpu, SystemBench.CODE0))
                .as("no return to an inner level")
                .isInstanceOf(GuestFault.class);
    }

    @Test
    void descriptorsCanBeLookedAt() {
        cpu.r[CpuState.RAX] = SystemBench.CODE3;
        bench.execute("0F 02 C8"); // LAR ecx, eax
        assertThat(cpu.r[CpuState.RCX]).isEqualTo(0xC0FB00);
        assertThat(bench.flags() & Rflags.ZF).isNotZero();
        bench.execute("0F 03 C8"); // LSL
        assertThat(cpu.r[CpuState.RCX]).isEqualTo(0xFFFF_FFFFL);
        cpu.r[CpuState.RAX] = 0x7F0;
        bench.execute("0F 02 C8");
        assertThat(bench.flags() & Rflags.ZF).isZero();
        cpu.r[CpuState.RAX] = SystemBench.CODE3;
        bench.execute("0F 00 E8"); // VERW
        assertThat(bench.flags() & Rflags.ZF).isZero();
        bench.execute("0F 00 E0"); // VERR
        assertThat(bench.flags() & Rflags.ZF).isNotZero();
        cpu.r[CpuState.RCX] = 3;
        cpu.r[CpuState.RAX] = 0x10;
        bench.execute("63 C8"); // ARPL ax, cx
        assertThat(cpu.r[CpuState.RAX]).isEqualTo(0x13);
        assertThat(bench.flags() & Rflags.ZF).isNotZero();
    }

    @Test
    void tablesAndTasksAreLoaded() {
        cpu.r[CpuState.RAX] = SystemBench.LOCAL;
        bench.execute("0F 00 D0"); // LLDT
        assertThat(cpu.segBase[CpuState.LDTR]).isEqualTo(SystemBench.LDT);
        bench.put(SystemBench.LDT + 8, 8, SystemBench.segment(0x7000, 0xFF, 0x4092));
        cpu.r[CpuState.RAX] = 0x0C;
        bench.execute("8E E8"); // MOV gs
        assertThat(cpu.segBase[CpuState.GS]).isEqualTo(0x7000);
        assertThat(bench.get(SystemBench.LDT + 13, 1)).isEqualTo(0x93);
        cpu.r[CpuState.RAX] = SystemBench.TASK;
        assertThat(fault(GuestFault.GP, "0F 00 D8")).as("LTR of a busy TSS").isEqualTo(SystemBench.TASK);
        bench.descriptor(SystemBench.TASK, SystemBench.segment(SystemBench.TSS, 0x67, 0x89));
        bench.execute("0F 00 D8");
        assertThat(bench.get(SystemBench.GDT + SystemBench.TASK + 5, 1)).isEqualTo(0x8B);
        bench.execute("0F 00 C9"); // STR ecx
        assertThat(cpu.r[CpuState.RCX]).isEqualTo(SystemBench.TASK);
    }

    @Test
    void flagsDependOnPrivilege() {
        bench.level(3);
        bench.put(SystemBench.STACK - 4, 4, 0x3_7FD7 | 0x24_0000);
        cpu.r[CpuState.RSP] = SystemBench.STACK - 4;
        bench.execute("9D");
        assertThat(bench.flags() & (Rflags.IF | Rflags.IOPL | Rflags.VM)).isZero();
        assertThat(bench.flags() & (Rflags.AC | Rflags.ID | Rflags.NT)).isEqualTo(Rflags.AC | Rflags.ID | Rflags.NT);
        cpu.flags &= ~Rflags.TF;
        assertThat(fault(GuestFault.GP, "FA")).isZero();
        bench.level(3);
        cpu.flags |= Rflags.IOPL;
        cpu.rip = SystemBench.CODE;
        bench.execute("FB");
        assertThat(bench.flags() & Rflags.IF).isNotZero();
        assertThat(cpu.interruptShadow).isTrue();
    }

    @Test
    void portsAskTheBitmap() {
        bench.level(3);
        bench.put(SystemBench.TSS + 102, 2, 0x68);
        assertThat(cpu.segLimit[CpuState.TR]).isEqualTo(0x67);
        assertThatThrownBy(() -> bench.unit.checkPort(cpu, 0x60, 1)).isInstanceOf(GuestFault.class);
        cpu.segLimit[CpuState.TR] = 0x68 + 0x20;
        bench.put(SystemBench.TSS + 0x68 + 0x60 / 8, 2, 0x00F0);
        bench.unit.checkPort(cpu, 0x60, 4);
        assertThatThrownBy(() -> bench.unit.checkPort(cpu, 0x61, 4)).isInstanceOf(GuestFault.class);
        cpu.flags |= Rflags.IOPL;
        bench.unit.checkPort(cpu, 0x61, 4);
    }

    @Test
    void nonMaskableInterruptsWaitForTheReturn() {
        cpu.request(Cpu.REQUEST_NMI);
        bench.unit.serviceRequests(cpu);
        assertHandler(GuestFault.NMI);
        cpu.request(Cpu.REQUEST_NMI);
        bench.unit.serviceRequests(cpu);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK - 12);
        bench.execute("CF");
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE);
        bench.unit.serviceRequests(cpu);
        assertHandler(GuestFault.NMI);
    }

    @Test
    void sysenterAndSysexit() {
        Msrs.write(cpu, 0x174, SystemBench.CODE0);
        Msrs.write(cpu, 0x175, 0x7F00);
        Msrs.write(cpu, 0x176, 0x5500);
        bench.level(3);
        bench.execute("0F 34");
        assertThat(cpu.rip).isEqualTo(0x5500);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x7F00);
        assertThat(cpu.cpl).isZero();
        cpu.r[CpuState.RDX] = SystemBench.CODE;
        cpu.r[CpuState.RCX] = SystemBench.STACK;
        bench.execute("0F 35");
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.selector[CpuState.CS]).isEqualTo(SystemBench.CODE3);
        assertThat(cpu.selector[CpuState.SS]).isEqualTo(SystemBench.DATA3);
    }
}
