package org.margay.gdbstub.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.margay.machine.CpuRegisters;
import org.margay.machine.debug.FloatRegisters;

class RegisterLayoutTest {
    private static final CpuRegisters CPU = new CpuRegisters(
            LongStream.range(100, 116).boxed().toList(),
            0xFFFF_FFFF_8100_0000L,
            0x246,
            IntStream.range(0, 8)
                    .mapToObj(i -> new CpuRegisters.Segment(8 * i, 1000L * i, 0xFFFF_FFFFL, 0xA09B))
                    .toList(),
            new CpuRegisters.Table(1, 2),
            new CpuRegisters.Table(3, 4),
            0x8005_0033L,
            0xDEAD,
            0x1000,
            0x6F0,
            0xD01);

    private static final FloatRegisters FPU = new FloatRegisters(
            Collections.nCopies(8, new FloatRegisters.Extended(1L << 63, 0x3FFF)),
            0x37F,
            0x3800,
            0xFFFF,
            0x10,
            0x1234,
            0x18,
            0x5678,
            0x7FF,
            IntStream.range(0, 16)
                    .mapToObj(i -> new FloatRegisters.Vector(i, -i))
                    .toList(),
            0x1F80);

    @Test
    void whatIsReadCanBeWrittenBack() {
        byte[] bytes = RegisterLayout.encode(CPU, FPU);
        assertThat(bytes).hasSize(RegisterLayout.SIZE);
        RegisterLayout.Decoded decoded = RegisterLayout.decode(bytes, CPU);
        assertThat(decoded.cpu()).isEqualTo(CPU);
        assertThat(decoded.fpu()).isEqualTo(FPU);
    }

    @Test
    void rbxIsSecondAsGdbCounts() {
        byte[] bytes = RegisterLayout.encode(CPU, FPU);
        assertThat(bytes[RegisterLayout.offset(1)]).isEqualTo((byte) 103);
        assertThat(RegisterLayout.ALL.get(RegisterLayout.PROGRAM_COUNTER).name())
                .isEqualTo("rip");
    }

    @Test
    void descriptionNamesEveryRegister() {
        String xml = RegisterLayout.description();
        List<String> names =
                RegisterLayout.ALL.stream().map(RegisterLayout.Register::name).toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(xml).contains("name=\"" + name + "\""));
    }
}
