package org.margay.cpu.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.InstructionTable;

class DecoderTest {
    private final Decoder decoder = new Decoder(InstructionTable.all());

    private Insn decode(CodeMode mode, String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        return decoder.decode(CodeSource.of(code, 0), 0x1000, mode);
    }

    private static CodeMode mode(int bits) {
        return bits == 64 ? CodeMode.LONG_64 : bits == 32 ? CodeMode.PROTECTED_32 : CodeMode.REAL;
    }

    @ParameterizedTest
    @CsvSource({
        "64, 90, xchg, 1, 4",
        "64, 48 01 d8, add, 3, 8",
        "64, 66 01 d8, add, 3, 2",
        "64, 66 48 01 d8, add, 4, 8",
        "64, 48 66 01 d8, add, 4, 2",
        "64, 50, push, 1, 8",
        "64, 66 50, push, 2, 2",
        "64, 48 b8 0102030405060708, mov, 10, 8",
        "64, 66 b8 0102, mov, 4, 2",
        "64, a1 0102030405060708, mov, 9, 4",
        "64, 67 a1 01020304, mov, 6, 4",
        "64, 66 e9 01020304, jmp, 6, 8",
        "32, 66 e9 0102, jmp, 4, 2",
        "32, 40, inc, 1, 4",
        "16, 66 40, inc, 2, 4",
        "16, 05 0102, add, 3, 2",
        "16, 66 05 01020304, add, 6, 4",
        "32, 8b 04 25 01020304, mov, 7, 4",
        "32, 67 8b 06 0102, mov, 5, 4",
        "64, 8b 05 01020304, mov, 6, 4",
        "64, f3 0f b8 c1, popcnt, 4, 4",
        "64, f2 66 0f 38 f1 c1, crc32, 6, 2",
        "64, 0f 0b, ud2, 2, 4",
    })
    void lengthNameAndSize(int bits, String hex, String mnemonic, int length, int operandSize) {
        Insn insn = decode(mode(bits), hex);
        assertThat(insn.row).isNotNull();
        assertThat(insn.row.mnemonic()).isEqualTo(mnemonic);
        assertThat(insn.length).isEqualTo(length);
        assertThat(insn.operandSize).isEqualTo(operandSize);
    }

    @Test
    void addressOfScaledIndex() {
        Insn insn = decode(CodeMode.LONG_64, "4a 8b 44 a5 f0");
        assertThat(insn.base).isEqualTo(CpuState.RBP);
        assertThat(insn.index).isEqualTo(12);
        assertThat(insn.scale).isEqualTo(2);
        assertThat(insn.displacement).isEqualTo(-16);
        assertThat(insn.segment).isEqualTo(CpuState.SS);
    }

    @Test
    void ripRelativeCountsFromTheEndOfTheInstruction() {
        Insn insn = decode(CodeMode.LONG_64, "c7 05 10000000 78563412");
        assertThat(insn.base).isEqualTo(Insn.NO_REGISTER);
        assertThat(insn.displacement).isEqualTo(0x1000 + 10 + 0x10);
        assertThat(insn.immediate).isEqualTo(0x12345678);
    }

    @Test
    void sixteenBitAddressing() {
        Insn insn = decode(CodeMode.REAL, "8b 42 fe");
        assertThat(insn.base).isEqualTo(CpuState.RBP);
        assertThat(insn.index).isEqualTo(CpuState.RSI);
        assertThat(insn.displacement).isEqualTo(-2);
        assertThat(insn.segment).isEqualTo(CpuState.SS);
        assertThat(decode(CodeMode.REAL, "26 8b 42 fe").segment).isEqualTo(CpuState.ES);
    }

    @Test
    void longModeIgnoresOldSegmentOverrides() {
        assertThat(decode(CodeMode.LONG_64, "2e 8b 00").segment).isEqualTo(CpuState.DS);
        assertThat(decode(CodeMode.LONG_64, "65 2e 8b 00").segment).isEqualTo(CpuState.GS);
    }

    @Test
    void fifteenBytesAreAllowedSixteenAreNot() {
        assertThat(decode(CodeMode.LONG_64, "66".repeat(14) + "90").length).isEqualTo(15);
        assertThatThrownBy(() -> decode(CodeMode.LONG_64, "66".repeat(15) + "90"))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector).isEqualTo(GuestFault.GP));
    }

    @ParameterizedTest
    @CsvSource({
        "64, f0 01 d8", // LOCK of a register
        "64, f0 39 18", // LOCK of a comparison
        "64, 06", // PUSH ES
        "64, 27", // DAA
        "64, 8d c0", // LEA of a register
        "64, 0f 04",
        "16, 0f 04",
        "32, 0f c7 c8", // CMPXCHG8B of a register
    })
    void undefined(int bits, String hex) {
        assertThatThrownBy(() -> decode(mode(bits), hex))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector).isEqualTo(GuestFault.UD));
    }

    @Test
    void whatTheSourceThrowsComesOut() {
        CodeSource cut = index -> {
            if (index >= 2) {
                throw GuestFault.page(0x2000, 0x10);
            }
            return index == 0 ? 0x8B : 0x05;
        };
        assertThatThrownBy(() -> decoder.decode(cut, 0x1FFE, CodeMode.LONG_64))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.address).isEqualTo(0x2000));
    }
}
