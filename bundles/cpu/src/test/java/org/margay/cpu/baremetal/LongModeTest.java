package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.margay.cpu.internal.CpuState;

/** From 32-bit protected mode to 64-bit mode, through compatibility mode, and back (SDM vol. 3, 9.8.5). */
class LongModeTest {
    private static final int PML4 = 0x10_0000, POINTERS = 0x10_1000, DIRECTORY = 0x10_2000;

    @ParameterizedTest
    @EnumSource
    void isEnteredAndLeft(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.board.poke(PML4, 8, POINTERS | 7);
            p.board.poke(POINTERS, 8, DIRECTORY | 7);
            p.board.poke(DIRECTORY, 8, 0x87);
            p.board.poke(DIRECTORY + 8, 8, 0x20_0087);
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.flat(Descriptors.CODE64_0));
            p.runKernel(ProtectedBoard.kernel()
                    .hex("0F 20 E0 0C 20 0F 22 E0") // CR4.PAE
                    .hex("B8")
                    .dword(PML4)
                    .hex("0F 22 D8") // CR3
                    .hex("B9 80 00 00 C0 0F 32 80 CC 01 0F 30") // EFER.LME: rdmsr; or ah, 1; wrmsr
                    .hex("0F 20 C0 0D 00 00 00 80 0F 22 C0") // CR0.PG
                    .hex("B9 80 00 00 C0 0F 32 89 C6") // mov esi, EFER: in compatibility mode now
                    .abs32("EA", "wide")
                    .word(ProtectedBoard.FREE_1)
                    .label("wide")
                    .hex("48 B8 EF CD AB 89 67 45 23 01") // mov rax, 0123456789ABCDEFh
                    .hex("49 89 C0 49 C1 C8 20") // mov r8, rax; ror r8, 32
                    .hex("48 A3 00 00 03 00 00 00 00 00") // mov [30000h], rax
                    .hex("48 8D 1D 00 00 00 00") // lea rbx, [rip]
                    .label("here")
                    .abs32("FF 2C 25", "back") // jmp far [back]
                    .label("back")
                    .abs32("", "narrow")
                    .word(ProtectedBoard.CODE_0)
                    .label("narrow")
                    .hex("40 0F 20 C0 25 FF FF FF 7F 0F 22 C0") // inc eax, no REX: and CR0.PG off
                    .hex("B9 80 00 00 C0 0F 32 89 C7 F4")); // mov edi, EFER
            assertThat(p.board.cpu.r[CpuState.RSI] & 0x500).as("LMA and LME").isEqualTo(0x500);
            assertThat(p.board.cpu.r[8]).isEqualTo(0x89AB_CDEF_0123_4567L);
            assertThat(p.board.peek(0x3_0000, 8)).isEqualTo(0x0123_4567_89AB_CDEFL);
            assertThat(p.board.cpu.r[CpuState.RDI] & 0x500).as("LME alone").isEqualTo(0x100);
        }
    }
}
