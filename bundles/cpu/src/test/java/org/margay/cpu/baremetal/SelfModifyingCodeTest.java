package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.margay.cpu.internal.CpuState;

/** Code that changes runs as changed, also when it was decoded before (SDM vol. 3, 8.1.3). */
class SelfModifyingCodeTest {
    @ParameterizedTest
    @EnumSource
    void theNextInstructionCanBeRewritten(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.runKernel(ProtectedBoard.kernel()
                    .abs32("C6 05", "immediate")
                    .hex("07") // mov byte [immediate], 7
                    .hex("B0") // mov al, 1
                    .label("immediate")
                    .hex("01 F4"));
            assertThat(p.board.eax() & 0xFF).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoopCanRewriteItsOwnBody(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.runKernel(ProtectedBoard.kernel()
                    .hex("31 DB B9 05 00 00 00") // xor ebx, ebx; mov ecx, 5
                    .label("top")
                    .hex("83 C3") // add ebx, imm8
                    .label("immediate")
                    .hex("01")
                    .abs32("FE 05", "immediate") // inc byte [immediate]
                    .rel8("E2", "top") // loop top
                    .hex("F4"));
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(1 + 2 + 3 + 4 + 5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInstructionAcrossAPageBoundaryIsWatchedOnBothSides(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            int function = 0x3_0FFD; // mov eax, imm32 with two bytes of the immediate in the next page
            p.load(new Assembler(function).hex("B8 01 00 00 00 C3"));
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BD")
                    .dword(function)
                    .hex("FF D5 89 C3") // call ebp; mov ebx, eax
                    .hex("C6 05")
                    .dword(function + 4)
                    .hex("02") // second page
                    .hex("FF D5 89 C1") // call ebp; mov ecx, eax
                    .hex("C6 05")
                    .dword(function + 1)
                    .hex("05") // first page
                    .hex("FF D5 F4")); // call ebp; hlt
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(1);
            assertThat(p.board.cpu.r[CpuState.RCX]).isEqualTo(0x0200_0001);
            assertThat(p.board.eax()).isEqualTo(0x0200_0005);
        }
    }

    @ParameterizedTest
    @EnumSource
    void codeCanBeCopiedOverCode(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.load(new Assembler(0x3_0000).hex("B8 01 00 00 00 C3"));
            p.load(new Assembler(0x3_2000).hex("31 C0 40 40 40 C3")); // xor eax, eax; inc eax x 3; ret
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 FF D3 89 C2") // call 30000h; mov edx, eax
                    .hex("BE 00 20 03 00 89 DF B9 06 00 00 00 F3 A4") // copy 6 bytes over it
                    .hex("FF D3 F4"));
            assertThat(p.board.cpu.r[CpuState.RDX]).isEqualTo(1);
            assertThat(p.board.eax()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPushCanOverwriteWhatComesNext(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            Assembler code = ProtectedBoard.kernel()
                    .abs32("BC", "after") // mov esp, after
                    .hex("68 40 40 40 F4") // push: inc eax x 3; hlt
                    .label("target")
                    .hex("90 90 90 90")
                    .label("after");
            p.board.cpu.r[CpuState.RAX] = 0;
            p.runKernel(code);
            assertThat(p.board.eax()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sharedCodeRunsInBothSizes(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            // the same bytes are mov eax, 12345678h in 32-bit code, and mov ax, 5678h; xor al, 12h in 16-bit code
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.segment(0, 0xFFFFF, 0x89A));
            p.load(new Assembler(0x3000).hex("B8 78 56 34 12 66 CB")); // and a far return whose size differs as well
            p.load(new Assembler(0x3100).hex("B8 78 56 34 12 CB"));
            p.runKernel(ProtectedBoard.kernel()
                    .hex("31 C0 9A 00 31 00 00 08 00 89 C3") // call 08h:3100h; mov ebx, eax
                    .hex("31 C0 9A 00 30 00 00 30 00 F4")); // call 30h:3000h; hlt
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(0x12345678);
            assertThat(p.board.eax()).isEqualTo(0x5678 ^ 0x12);
        }
    }
}
