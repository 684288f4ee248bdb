package org.margay.cpu.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.machine.OptionException;
import org.margay.state.StateCodec;
import org.margay.state.StateException;

class SnapshotTest {
    private final SystemBench bench = new SystemBench();
    private final SystemBench other = new SystemBench();

    @AfterEach
    void close() {
        bench.close();
        other.close();
    }

    private static CpuSnapshot throughBytes(CpuSnapshot snapshot) throws StateException {
        return StateCodec.decode(CpuSnapshot.class, StateCodec.encode(snapshot));
    }

    @Test
    void aRestoredProcessorIsTheSameProcessor() throws StateException {
        bench.longMode();
        Cpu cpu = bench.cpu;
        Random random = new Random(1);
        for (int i = 0; i < 16; i++) {
            cpu.r[i] = random.nextLong();
        }
        for (int i = 0; i < cpu.xmm.length; i++) {
            cpu.xmm[i] = random.nextLong();
        }
        for (int i = 0; i < 8; i++) {
            cpu.fpMantissa[i] = random.nextLong();
            cpu.fpExponent[i] = (short) random.nextInt();
        }
        cpu.fpTop = 5;
        LazyFlags.add(cpu, -1, 1, 0);
        Msrs.write(cpu, 0xC000_0082, 0xFFFF_FFFF_8100_0000L);
        Msrs.write(cpu, 0x200, 0x6);
        Msrs.write(cpu, 0x10, 12345);
        bench.unit.apic().write(0xF0, 4, 0x1FF);
        cpu.request(Cpu.REQUEST_NMI);

        CpuSnapshot snapshot = Snapshots.save(cpu);
        Snapshots.restore(other.cpu, throughBytes(snapshot));
        assertThat(Snapshots.save(other.cpu)).isEqualTo(snapshot);
        assertThat(other.cpu.isMode64()).isTrue();
        assertThat(LazyFlags.cf(other.cpu)).isTrue();
        assertThat(other.cpu.requests() & Cpu.REQUEST_NMI).isNotZero();
    }

    @Test
    void resetStateCanBeTakenToo() throws StateException {
        CpuSnapshot snapshot = Snapshots.save(bench.cpu);
        bench.longMode();
        Snapshots.restore(bench.cpu, throughBytes(snapshot));
        assertThat(Mode.isProtected(bench.cpu)).isFalse();
        assertThat(Snapshots.save(bench.cpu)).isEqualTo(snapshot);
    }

    private void assertControlRefused(UnaryOperator<CpuSnapshot.Control> change) {
        CpuSnapshot.Control good = Snapshots.save(bench.cpu).control();
        assertThatThrownBy(() -> change.apply(good)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void impossibleStatesAreRefused() {
        bench.longMode();
        assertControlRefused(
                c -> new CpuSnapshot.Control(c.cr0() & ~1, c.cr2(), c.cr3(), c.cr4(), c.efer(), c.debug()));
        assertControlRefused(c -> new CpuSnapshot.Control(c.cr0(), c.cr2(), c.cr3(), 0, c.efer(), c.debug()));
        assertControlRefused(c -> new CpuSnapshot.Control(c.cr0(), c.cr2(), -1, c.cr4(), c.efer(), c.debug()));
        assertControlRefused(
                c -> new CpuSnapshot.Control(c.cr0(), c.cr2(), c.cr3(), c.cr4(), ControlBits.EFER_LMA, c.debug()));
        assertControlRefused(c -> new CpuSnapshot.Control(-1, c.cr2(), c.cr3(), c.cr4(), c.efer(), c.debug()));
        assertControlRefused(c -> new CpuSnapshot.Control(c.cr0(), c.cr2(), c.cr3(), c.cr4(), c.efer(), List.of()));
        assertThatThrownBy(() -> new CpuSnapshot.Segment(0x1_0000, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CpuSnapshot.Segment(0, 1L << 50, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        CpuSnapshot.Core core = Snapshots.save(bench.cpu).core();
        List<Long> short15 = new ArrayList<>(core.general().subList(0, 15));
        assertThatThrownBy(() -> new CpuSnapshot.Core(short15, 0, 2, core.segments(), 0, core.gdt(), core.idt()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CpuSnapshot.Core(core.general(), 0, 2, core.segments(), 4, core.gdt(), core.idt()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CpuSnapshot.Core(core.general(), 0, 0, core.segments(), 0, core.gdt(), core.idt()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStateOfARicherModelIsRefused() throws OptionException {
        try (SystemBench rich = new SystemBench(CpuModel.parse("max"))) {
            rich.cpu.cr4 |= ControlBits.CR4_VME;
            CpuSnapshot snapshot = Snapshots.save(rich.cpu);
            long rip = bench.cpu.rip;
            assertThatThrownBy(() -> Snapshots.restore(bench.cpu, snapshot)).hasMessageContaining("qemu64");
            assertThat(bench.cpu.rip).isEqualTo(rip);
            assertThat(bench.cpu.r[CpuState.RDX]).isEqualTo(0x60FB1);
        }
    }
}
