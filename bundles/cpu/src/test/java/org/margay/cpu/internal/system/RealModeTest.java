package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.ShutdownException;

class RealModeTest {
    private final SystemBench bench = new SystemBench();
    private final Cpu cpu = bench.cpu;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void resetGivesTheDocumentedState() {
        assertThat(cpu.selector[CpuState.CS]).isEqualTo(0xF000);
        assertThat(cpu.segBase[CpuState.CS]).isEqualTo(0xFFFF_0000L);
        assertThat(cpu.segLimit[CpuState.CS]).isEqualTo(0xFFFF);
        assertThat(cpu.segAttr[CpuState.CS]).isEqualTo(0x9B);
        assertThat(cpu.rip).isEqualTo(0xFFF0);
        assertThat(bench.flags()).isEqualTo(2);
        assertThat(cpu.cr0).isEqualTo(0x6000_0010L);
        assertThat(cpu.r[CpuState.RDX])
                .as("signature: family 15, model 107, stepping 1")
                .isEqualTo(0x60FB1);
        assertThat(cpu.dr[6]).isEqualTo(0xFFFF_0FF0L);
        assertThat(cpu.dr[7]).isEqualTo(0x400);
        assertThat(cpu.idtLimit).isEqualTo(0xFFFF);
        assertThat(cpu.fpControl).isEqualTo(0x40);
    }

    @Test
    void interruptsGoThroughTheVectorTable() {
        bench.realMode();
        bench.put(0x21 * 4, 4, 0x1234_5678);
        cpu.flags |= Rflags.IF | Rflags.TF;
        bench.execute("CD 21");
        assertThat(cpu.selector[CpuState.CS]).isEqualTo(0x1234);
        assertThat(cpu.segBase[CpuState.CS]).isEqualTo(0x12340);
        assertThat(cpu.rip).isEqualTo(0x5678);
        assertThat(bench.flags() & (Rflags.IF | Rflags.TF)).isZero();
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x5FFA);
        assertThat(bench.stack(0, 2)).isEqualTo(0x7002);
        assertThat(bench.stack(2, 2)).isEqualTo(0x302);
        bench.execute("CF");
        assertThat(cpu.rip).isEqualTo(0x7002);
        assertThat(bench.flags()).isEqualTo(0x302);
    }

    @Test
    void aFaultPushesNoErrorCode() {
        bench.realMode();
        bench.put(6 * 4, 4, 0x0000_0500);
        bench.execute("0F 0B");
        assertThat(cpu.rip).isEqualTo(0x500);
        assertThat(bench.stack(0, 2)).isEqualTo(0x7000);
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x5FFA);
    }

    @Test
    void farCallsAndReturnsReachOtherSegments() {
        bench.realMode();
        bench.execute("9A 34 12 00 20");
        assertThat(cpu.segBase[CpuState.CS] + cpu.rip).isEqualTo(0x21234);
        assertThat(bench.stack(0, 2)).isEqualTo(0x7005);
        bench.execute("CA 04 00");
        assertThat(cpu.rip).isEqualTo(0x7005);
        assertThat(cpu.selector[CpuState.CS]).isZero();
        assertThat(cpu.r[CpuState.RSP]).isEqualTo(0x6004);
        bench.execute("EA 00 01 30 00");
        assertThat(cpu.segBase[CpuState.CS] + cpu.rip).isEqualTo(0x400);
    }

    @Test
    void segmentLoadsKeepTheLimitOfUnrealMode() {
        bench.realMode();
        cpu.segLimit[CpuState.DS] = 0xFFFF_FFFFL;
        cpu.r[CpuState.RAX] = 0x1234;
        bench.execute("8E D8");
        assertThat(cpu.segBase[CpuState.DS]).isEqualTo(0x12340);
        assertThat(cpu.segLimit[CpuState.DS]).isEqualTo(0xFFFF_FFFFL);
        bench.execute("8C D9");
        assertThat(cpu.r[CpuState.RCX]).isEqualTo(0x1234);
    }

    @Test
    void externalInterruptsComeWhenAllowed() {
        bench.realMode();
        bench.put(0x08 * 4, 4, 0x0000_0900);
        bench.controller.add(0x08);
        bench.unit.apic().setLint0(true);
        assertThat(bench.unit.wakesFromHalt(cpu)).isFalse();
        cpu.flags |= Rflags.IF;
        assertThat(bench.unit.wakesFromHalt(cpu)).isTrue();
        bench.unit.serviceRequests(cpu);
        assertThat(cpu.rip).isEqualTo(0x900);
    }

    @Test
    void anEmptyTableEndsInShutdown() {
        bench.realMode();
        cpu.idtLimit = 0;
        assertThatThrownBy(() -> bench.execute("0F 0B")).isInstanceOf(ShutdownException.class);
    }

    @Test
    void systemInstructionsOfProtectedModeAreUndefined() {
        bench.realMode();
        bench.put(6 * 4, 4, 0x0000_0500);
        bench.execute("0F 00 D8"); // LTR
        assertThat(cpu.rip).isEqualTo(0x500);
    }

    @Test
    void entersProtectedModeAndComesBack() {
        bench.realMode();
        bench.descriptor(SystemBench.CODE0, SystemBench.segment(0, 0xFFFFF, 0xC09A));
        bench.put(0x500, 2, 0xFF);
        bench.put(0x502, 4, SystemBench.GDT);
        bench.code(0x7000, "0F 01 16 00 05  0F 20 C0  66 83 C8 01  0F 22 C0  EA 00 71 08 00");
        bench.steps(5);
        assertThat(cpu.gdtBase).isEqualTo(SystemBench.GDT);
        assertThat(cpu.gdtLimit).isEqualTo(0xFF);
        assertThat(Mode.isProtected(cpu)).isTrue();
        assertThat(cpu.codeBits()).isEqualTo(32);
        assertThat(cpu.rip).isEqualTo(0x7100);
        assertThat(bench.get(SystemBench.GDT + 8 + 5, 1)).as("accessed").isEqualTo(0x9B);
        bench.execute("0F 20 C0");
        bench.execute("83 E0 FE");
        bench.execute("0F 22 C0");
        assertThat(Mode.isProtected(cpu)).isFalse();
    }
}
