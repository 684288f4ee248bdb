package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.table.Feature;
import org.margay.machine.OptionException;

class ModelTest {
    private final SystemBench bench = new SystemBench();
    private final Cpu cpu = bench.cpu;

    @AfterEach
    void close() {
        bench.close();
    }

    private Cpuid.Answer cpuid(int leaf) {
        return Cpuid.answer(bench.unit, leaf, 0);
    }

    @Test
    void qemu64LooksAsPeopleKnowIt() {
        assertThat(cpuid(0)).isEqualTo(new Cpuid.Answer(0xD, 0x6874_7541, 0x444D_4163, 0x6974_6E65));
        assertThat(cpuid(1).eax()).isEqualTo(0x60FB1);
        assertThat(cpuid(1).edx()).isEqualTo(0x078B_FBFD);
        assertThat(cpuid(1).ecx()).isEqualTo(0x8000_2001);
        assertThat(cpuid(0x8000_0001).edx()).isEqualTo(0x2193_FBFD);
        assertThat(cpuid(0x8000_0001).ecx()).isEqualTo(1);
        assertThat(cpuid(0x8000_0008).eax()).isEqualTo(0x3028);
        ByteBuffer brand = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        for (int leaf = 0x8000_0002; leaf <= 0x8000_0004; leaf++) {
            Cpuid.Answer part = cpuid(leaf);
            brand.putInt(part.eax()).putInt(part.ebx()).putInt(part.ecx()).putInt(part.edx());
        }
        assertThat(new String(brand.array(), StandardCharsets.ISO_8859_1).trim())
                .isEqualTo("QEMU Virtual CPU version 2.5+");
    }

    @Test
    void theInstructionAnswersInFourRegisters() {
        bench.realMode();
        cpu.r[CpuState.RAX] = 0xFFFF_FFFF_8000_0000L;
        bench.execute("0F A2");
        assertThat(cpu.r[CpuState.RAX]).isEqualTo(0x8000_000AL);
        assertThat(cpu.r[CpuState.RBX]).isEqualTo(0x6874_7541L);
    }

    @Test
    void featuresCanBeChosen() throws OptionException {
        CpuModel model = CpuModel.parse("qemu64,-sse3,family=6,model=0x1f,stepping=3,vendor=GenuineIntel");
        assertThat(model.has(Feature.SSE3)).isFalse();
        assertThat(model.has(Feature.SSE2)).isTrue();
        assertThat(model.signature()).isEqualTo(0x106F3);
        assertThat(model.isIntel()).isTrue();
        assertThat(CpuModel.parse("qemu64,+rdtscp").has(Feature.RDTSCP)).isTrue();
        assertThat(CpuModel.parse("qemu64,lahf-lm=off").has(Feature.LAHF_LM)).isFalse();
        assertThat(CpuModel.parse("qemu64,-pni,enforce").has(Feature.SSE3)).isFalse();
        assertThat(CpuModel.parse("qemu32").has(Feature.LM)).isFalse();
        assertThat(CpuModel.parse("max").features())
                .containsAll(CpuModel.standard().features());
    }

    @Test
    void wrongModelsAreNamed() {
        assertThatThrownBy(() -> CpuModel.parse("pentium5"))
                .isInstanceOf(OptionException.class)
                .hasMessage("unable to find CPU model 'pentium5'");
        assertThatThrownBy(() -> CpuModel.parse("qemu64,+warp"))
                .isInstanceOf(OptionException.class)
                .hasMessage("Property 'qemu64-x86_64-cpu.warp' not found");
        assertThatThrownBy(() -> CpuModel.parse("qemu64,family=9999")).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> CpuModel.parse("qemu64,family=99999999999999999999"))
                .isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> CpuModel.parse("qemu64,sse2=maybe")).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> CpuModel.parse("qemu64,vendor=me")).isInstanceOf(OptionException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x11, 0x3A, 0xC000_0103, 0xC000_0200, 0x7FFF_FFFF, -1, 0x803, 0x6E0, 0x210, 0x428})
    void unknownRegistersFault(int index) {
        assertThatThrownBy(() -> Msrs.read(cpu, index)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> Msrs.write(cpu, index, 0)).isInstanceOf(GuestFault.class);
    }

    @Test
    void memoryTypesAreChecked() {
        Msrs.write(cpu, 0x277, 0x0007_0406_0007_0401L);
        assertThat(Msrs.read(cpu, 0x277)).isEqualTo(0x0007_0406_0007_0401L);
        assertThatThrownBy(() -> Msrs.write(cpu, 0x277, 2)).isInstanceOf(GuestFault.class);
        Msrs.write(cpu, 0x2FF, 0xC06);
        assertThatThrownBy(() -> Msrs.write(cpu, 0x2FF, 0xC07)).isInstanceOf(GuestFault.class);
        Msrs.write(cpu, 0x200, 0xC000_0006L);
        Msrs.write(cpu, 0x201, 0xFF_C000_0800L);
        assertThat(Msrs.read(cpu, 0x201)).isEqualTo(0xFF_C000_0800L);
        assertThatThrownBy(() -> Msrs.write(cpu, 0x201, 1L << 40)).isInstanceOf(GuestFault.class);
        Msrs.write(cpu, 0x26F, 0x0505_0505_0505_0505L);
        assertThat(Msrs.read(cpu, 0x26F)).isEqualTo(0x0505_0505_0505_0505L);
        assertThat(Msrs.read(cpu, 0xFE)).isEqualTo(0x508);
    }

    @Test
    void theTimeStampCounterFollowsTheVirtualClock() {
        assertThat(Msrs.read(cpu, 0x10)).isZero();
        bench.machine().advance(12_345);
        assertThat(Msrs.read(cpu, 0x10)).isEqualTo(12_345);
        Msrs.write(cpu, 0x10, 1_000_000);
        bench.machine().advance(5);
        assertThat(Msrs.read(cpu, 0x10)).isEqualTo(1_000_005);
    }

    @Test
    void longModeIsSwitchedOnInOrder() {
        bench.protectedMode();
        assertThatThrownBy(() -> Msrs.write(cpu, 0xC000_0080, 0x2000)).isInstanceOf(GuestFault.class);
        Msrs.write(cpu, 0xC000_0080, ControlBits.EFER_LME);
        long paging = cpu.cr0 | ControlBits.CR0_PG;
        assertThatThrownBy(() -> ControlRegisters.setCr0(cpu, paging))
                .as("without PAE")
                .isInstanceOf(GuestFault.class);
        ControlRegisters.setCr4(cpu, ControlBits.CR4_PAE);
        ControlRegisters.setCr0(cpu, paging);
        assertThat(Mode.isLong(cpu)).isTrue();
        assertThat(Mode.is64Bit(cpu)).isFalse();
        assertThatThrownBy(() -> Msrs.write(cpu, 0xC000_0080, 0))
                .as("LME while paging")
                .isInstanceOf(GuestFault.class);
        ControlRegisters.setCr0(cpu, cpu.cr0 & ~ControlBits.CR0_PG);
        assertThat(Mode.isLong(cpu)).isFalse();
    }

    @Test
    void turningTheApicOffShows() {
        assertThat(Msrs.read(cpu, 0x1B)).isEqualTo(0xFEE0_0900L);
        Msrs.write(cpu, 0x1B, 0xFEE0_0100L);
        assertThat(cpuid(1).edx() & 1 << 9).isZero();
        assertThatThrownBy(() -> Msrs.write(cpu, 0x1B, 0xFEE0_0D00L))
                .as("qemu64 has no x2APIC")
                .isInstanceOf(GuestFault.class);
    }
}
