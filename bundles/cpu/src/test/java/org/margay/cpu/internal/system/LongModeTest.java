package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

class LongModeTest {
    private final SystemBench bench = new SystemBench();
    private final Cpu cpu = bench.cpu;

    @BeforeEach
    void longMode() {
        bench.longMode();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void assertHandler(int vector) {
        assertThat(cpu.rip).as("handler of vector").isEqualTo(SystemBench.HANDLERS + 0x100L * vector);
    }

    @Test
    void aFaultOfUserCodePushesAWholeFrame() {
        bench.level(3);
        cpu.flags |= Rflags.IF;
        cpu.r[CpuState.RAX] = 0x0000_8000_0000_0000L;
        bench.execute("48 8B 18"); // not canonical
        assertHandler(GuestFault.GP);
        assertThat(cpu.cpl).isZero();
        assertThat(cpu.selector[CpuState.SS]).as("null with the new level").isZero();
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK0 - 48);
        assertThat(bench.stack(0, 8)).as("error code").isZero();
        assertThat(bench.stack(1, 8)).isEqualTo(SystemBench.CODE);
        assertThat(bench.stack(2, 8)).isEqualTo(SystemBench.CODE3);
        assertThat(bench.stack(3, 8)).isEqualTo(0x10202);
        assertThat(bench.stack(4, 8)).isEqualTo(SystemBench.STACK);
        assertThat(bench.stack(5, 8)).isEqualTo(SystemBench.DATA3);
        cpu.r[CpuState.RSP] += 8;
        bench.execute("48 CF");
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE);
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK);
        assertThat(bench.flags() & Rflags.IF).isNotZero();
    }

    @Test
    void pageFaultsTellTheAddress() {
        bench.level(3);
        bench.execute("48 A1 00 00 80 00 00 00 00 00"); // beyond the mapped 8 MiB
        assertHandler(GuestFault.PF);
        assertThat(cpu.cr2).isEqualTo(0x80_0000);
        assertThat(bench.stack(0, 8)).as("user, not present").isEqualTo(4);
    }

    @Test
    void theSameLevelAlignsTheStack() {
        cpu.r[CpuState.RSP] = SystemBench.STACK - 3;
        bench.execute("0F 0B");
        assertHandler(GuestFault.UD);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo((SystemBench.STACK - 3 & ~15) - 40);
        assertThat(bench.stack(3, 8)).isEqualTo(SystemBench.STACK - 3);
        assertThat(cpu.selector[CpuState.SS]).isEqualTo(SystemBench.DATA0);
        bench.execute("48 CF");
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK - 3);
    }

    @Test
    void theInterruptStackTableWins() {
        bench.put(SystemBench.TSS + 36, 8, 0x7F08);
        bench.put(SystemBench.IDT + 16 * 2, 8, SystemBench.gate(SystemBench.CODE0, 0x5000, 0x8E, 1));
        cpu.request(Cpu.REQUEST_NMI);
        bench.unit.serviceRequests(cpu);
        assertThat(cpu.rip).isEqualTo(0x5000);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x7F00 - 40);
    }

    @Test
    void gatesOf32BitKindDoNotExist() {
        bench.put(SystemBench.IDT + 16 * 0x30, 8, SystemBench.gate(SystemBench.CODE0, 0x5000, 0x85, 0));
        bench.execute("CD 30");
        assertHandler(GuestFault.GP);
        assertThat(bench.stack(0, 8)).isEqualTo(0x30 * 8 + 2);
    }

    @Test
    void aHandlerMustBe64Bit() {
        bench.descriptor(SystemBench.FREE, SystemBench.segment(0, 0xFFFFF, 0xC09B));
        bench.put(SystemBench.IDT + 16 * 0x30, 8, SystemBench.gate(SystemBench.FREE, 0x5000, 0x8E, 0));
        bench.execute("CD 30");
        assertHandler(GuestFault.GP);
        assertThat(bench.stack(0, 8)).isEqualTo(SystemBench.FREE);
    }

    @Test
    void syscallAndSysret() {
        Msrs.write(cpu, 0xC000_0081, (long) (SystemBench.DATA0 | 3) << 48 | (long) SystemBench.CODE0 << 32);
        Msrs.write(cpu, 0xC000_0082, 0x5500);
        Msrs.write(cpu, 0xC000_0084, Rflags.IF | Rflags.DF);
        bench.level(3);
        cpu.flags |= Rflags.IF | Rflags.DF;
        bench.execute("0F 05");
        assertThat(cpu.rip).isEqualTo(0x5500);
        assertThat(cpu.cpl).isZero();
        assertThat(cpu.r[CpuState.RCX]).isEqualTo(SystemBench.CODE + 2);
        assertThat(cpu.r[11]).isEqualTo(0x602);
        assertThat(bench.flags()).isEqualTo(2);
        assertThat(cpu.selector[CpuState.CS]).isEqualTo(SystemBench.CODE0);
        assertThat(cpu.selector[CpuState.SS]).isEqualTo(SystemBench.CODE0 + 8);
        bench.execute("48 0F 07");
        assertThat(cpu.rip).isEqualTo(SystemBench.CODE + 2);
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.selector[CpuState.CS]).isEqualTo((SystemBench.DATA0 | 3) + 16);
        assertThat(bench.flags()).isEqualTo(0x602);
        assertThat(cpu.isMode64()).isTrue();
    }

    @Test
    void sysretTo32BitCodeComesBackBySyscall() {
        Msrs.write(cpu, 0xC000_0081, 0x33L << 48 | (long) SystemBench.CODE0 << 32);
        Msrs.write(cpu, 0xC000_0083, 0x5600);
        cpu.r[CpuState.RCX] = SystemBench.CODE;
        cpu.r[11] = 2;
        bench.execute("0F 07");
        assertThat(cpu.isMode64()).isFalse();
        assertThat(cpu.codeBits()).isEqualTo(32);
        assertThat(cpu.selector[CpuState.CS]).isEqualTo(0x33);
        bench.execute("0F 05");
        assertThat(cpu.rip).as("CSTAR").isEqualTo(0x5600);
        assertThat(cpu.isMode64()).isTrue();
    }

    @Test
    void syscallNeedsItsSwitch() {
        cpu.efer &= ~ControlBits.EFER_SCE;
        bench.execute("0F 05");
        assertHandler(GuestFault.UD);
    }

    @Test
    void swapgsAndBases() {
        Msrs.write(cpu, 0xC000_0102, 0xFFFF_8000_0000_1000L);
        Msrs.write(cpu, 0xC000_0101, 0x2000);
        bench.execute("0F 01 F8");
        assertThat(cpu.segBase[CpuState.GS]).isEqualTo(0xFFFF_8000_0000_1000L);
        assertThat(Msrs.read(cpu, 0xC000_0102)).isEqualTo(0x2000);
        assertThatThrownBy(() -> Msrs.write(cpu, 0xC000_0100, 0x8000_0000_0000_0000L))
                .isInstanceOf(GuestFault.class);
        bench.level(3);
        bench.execute("0F 01 F8");
        assertHandler(GuestFault.GP);
    }

    @Test
    void nullStackSegmentIsFineBelowLevel3() {
        cpu.r[CpuState.RAX] = 0;
        bench.execute("8E D0");
        assertThat(cpu.selector[CpuState.SS]).isZero();
        bench.level(3);
        cpu.r[CpuState.RAX] = 3;
        bench.execute("8E D0");
        assertHandler(GuestFault.GP);
    }

    @Test
    void farReturnsReachCompatibilityModeAndBack() {
        bench.descriptor(SystemBench.FREE, SystemBench.segment(0, 0xFFFFF, 0xC09A));
        cpu.r[CpuState.RSP] = SystemBench.STACK - 16;
        bench.put(SystemBench.STACK - 16, 8, 0x6000);
        bench.put(SystemBench.STACK - 8, 8, SystemBench.FREE);
        bench.execute("48 CB");
        assertThat(cpu.isMode64()).isFalse();
        assertThat(cpu.rip).isEqualTo(0x6000);
        bench.execute("EA 00 70 00 00 08 00");
        assertThat(cpu.isMode64()).isTrue();
        assertThat(cpu.rip).isEqualTo(0x7000);
    }

    @Test
    void aCallGateOf64BitsSwitchesStack() {
        bench.descriptor(SystemBench.FREE, SystemBench.gate(SystemBench.CODE0, 0x6000, 0xEC, 0));
        bench.put(SystemBench.GDT + SystemBench.FREE + 8, 8, 0);
        bench.level(3);
        bench.put(0x7000, 4, 0);
        bench.put(0x7004, 2, SystemBench.FREE | 3);
        bench.execute("FF 1C 25 00 70 00 00");
        assertThat(cpu.rip).isEqualTo(0x6000);
        assertThat(cpu.cpl).isZero();
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK0 - 32);
        assertThat(bench.stack(0, 8)).isEqualTo(SystemBench.CODE + 7);
        bench.execute("48 CB");
        assertThat(cpu.cpl).isEqualTo(3);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(SystemBench.STACK);
    }

    @Test
    void taskRegisterTakesA16ByteDescriptor() {
        bench.descriptor(SystemBench.TASK, SystemBench.segment(0x1234_5000, 0x67, 0x89));
        bench.put(SystemBench.GDT + SystemBench.TASK + 8, 8, 0xFFFF_8000L);
        cpu.r[CpuState.RAX] = SystemBench.TASK;
        bench.execute("0F 00 D8");
        assertThat(cpu.segBase[CpuState.TR]).isEqualTo(0xFFFF_8000_1234_5000L);
    }

    @Test
    void controlRegistersRefuseContradictions() {
        cpu.r[CpuState.RAX] = cpu.cr4 & ~ControlBits.CR4_PAE;
        bench.execute("0F 22 E0");
        assertHandler(GuestFault.GP);
        cpu.rip = SystemBench.CODE;
        cpu.r[CpuState.RAX] = cpu.cr0 & ~ControlBits.CR0_PG;
        bench.execute("0F 22 C0");
        assertHandler(GuestFault.GP);
        cpu.rip = SystemBench.CODE;
        cpu.r[CpuState.RAX] = 1L << 41;
        bench.execute("0F 22 D8");
        assertHandler(GuestFault.GP);
        cpu.rip = SystemBench.CODE;
        cpu.r[CpuState.RAX] = 9;
        bench.execute("44 0F 22 C0");
        assertThat(bench.unit.apic().taskPriority()).isEqualTo(0x90);
        bench.execute("44 0F 20 C3");
        assertThat(cpu.r[CpuState.RBX]).isEqualTo(9);
        bench.level(3);
        bench.execute("0F 20 C0");
        assertHandler(GuestFault.GP);
    }

    @Test
    void timerInterruptsArriveAndEnd() {
        bench.put(0x7000, 8, 0);
        long apic = 0xFEE0_0000L;
        bench.machine().memory().write(apic + 0xF0, 4, 0x1FF);
        bench.machine().memory().write(apic + 0x320, 4, 0x30);
        bench.machine().memory().write(apic + 0x3E0, 4, 0xB);
        bench.machine().memory().write(apic + 0x380, 4, 1000);
        cpu.flags |= Rflags.IF;
        bench.machine().advance(1000);
        assertThat(cpu.hasRequests()).isTrue();
        bench.unit.serviceRequests(cpu);
        assertHandler(0x30);
        assertThat(cpu.hasRequests()).isFalse();
        assertThat(bench.machine().memory().read(apic + 0x110, 4))
                .as("in service")
                .isEqualTo(1 << 16);
        bench.machine().memory().write(apic + 0xB0, 4, 0);
        assertThat(bench.machine().memory().read(apic + 0x110, 4)).isZero();
    }
}
