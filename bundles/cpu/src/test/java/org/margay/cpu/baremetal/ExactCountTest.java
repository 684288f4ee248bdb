package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.interp.Interpreter;

/**
 * Virtual time from instructions: interrupts come at the very instruction, and interpreter and translator go through the same
 * states.
 */
class ExactCountTest {
    private static final int VECTOR = 0x50, NOTES = 0x3_8000, COPY = 0x3_4000;
    private static final int MEMORY = 0x4_0000;

    /** Random stores, calls, time stamps, repeated moves over page boundaries; the handler mixes where and when it came into its notes. */
    private static Assembler program() {
        return ProtectedBoard.kernel()
                .hex("BE")
                .dword(ProtectedBoard.DATA) // mov esi, DATA
                .hex("B9")
                .dword(3000) // mov ecx, 3000
                .hex("B8")
                .dword(12345) // mov eax, 12345
                .hex("31 DB FB") // xor ebx, ebx; sti
                .label("loop")
                .hex("69 C0")
                .dword(1103515245) // imul eax, eax, 1103515245
                .hex("05")
                .dword(12345) // add eax, 12345
                .hex("89 C2 C1 EA 10 81 E2")
                .dword(0xFFC) // mov edx, eax; shr edx, 16; and edx, FFCh
                .hex("89 04 16") // mov [esi+edx], eax
                .rel32("E8", "stamp") // call stamp
                .hex("F7 C2")
                .dword(0xFC0) // test edx, FC0h
                .rel8("75", "next") // jnz next
                .hex("51 56 BF")
                .dword(COPY) // push ecx; push esi; mov edi, COPY
                .hex("B9")
                .dword(9000) // mov ecx, 9000
                .hex("F3 A4 4E 4F B9") // rep movsb; dec esi; dec edi
                .dword(1500) // mov ecx, 1500
                .hex("FD F3 A4 FC 5E 59") // std; rep movsb; cld; pop esi; pop ecx
                .label("next")
                .hex("49") // dec ecx
                .rel8("75", "loop") // jnz loop
                .hex("FA F4") // cli; hlt
                .label("stamp")
                .hex("0F 1F 44 00 00 A8 30") // nop; test al, 30h
                .rel8("75", "stamped") // jnz stamped
                .hex("50 52 0F 31 31 C3 5A 58") // push eax; push edx; rdtsc; xor ebx, eax; pop edx; pop eax
                .label("stamped")
                .hex("C3") // ret
                .label("handler")
                .hex("50 52 0F 31") // push eax; push edx; rdtsc
                .hex("C1 05")
                .dword(NOTES)
                .hex("05") // rol dword [NOTES], 5
                .hex("31 05")
                .dword(NOTES) // xor [NOTES], eax
                .hex("8B 44 24 08 01 05")
                .dword(NOTES) // mov eax, [esp+8]; add [NOTES], eax
                .hex("FF 05")
                .dword(NOTES + 4) // inc dword [NOTES+4]
                .hex("5A 58 CF"); // pop edx; pop eax; iret
    }

    /** What a run came to. */
    private record Outcome(long instructions, long rip, long flags, long[] registers, int memory, long interrupts) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Outcome o && o.toString().equals(toString());
        }

        @Override
        public int hashCode() {
            return memory;
        }

        @Override
        public String toString() {
            return "%d instructions, rip %x, flags %x, %s, memory %x, %d interrupts"
                    .formatted(instructions, rip, flags, Arrays.toString(registers), memory, interrupts);
        }
    }

    /** Runs with an interrupt each so many instructions, and to a number of them if it does not halt before. */
    private static Outcome run(Engine engine, long interval, long last) {
        try (ProtectedBoard guest = new ProtectedBoard(engine)) {
            Board board = guest.board;
            Assembler code = program();
            guest.load(code);
            guest.gate(
                    VECTOR,
                    Descriptors.gate(
                            ProtectedBoard.CODE_0, (int) code.offset("handler"), Descriptors.INTERRUPT_GATE, 0));
            guest.enterKernel();
            board.cpu.lookAt = Math.min(interval, last);
            board.countFor(cpu -> {
                assertThat(cpu.instructions).isEqualTo(cpu.lookAt);
                if (cpu.instructions == last) {
                    cpu.request(Cpu.REQUEST_EXIT);
                    return false;
                }
                board.interrupt(VECTOR);
                cpu.lookAt = Math.min(cpu.instructions + interval, last);
                return true;
            });
            Interpreter.Exit exit = board.runOn();
            Cpu cpu = board.cpu;
            if (exit == Interpreter.Exit.HALTED) {
                assertThat(board.peek(ProtectedBoard.NOTE, 2)).as("exception").isZero();
            }
            byte[] memory = new byte[MEMORY];
            board.ram.copyOut(0, memory, 0, MEMORY);
            return new Outcome(
                    cpu.instructions,
                    cpu.rip,
                    LazyFlags.rflags(cpu),
                    Arrays.copyOf(cpu.r, 16),
                    Arrays.hashCode(memory),
                    board.peek(NOTES + 4, 4));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 97, 1000, 4099, Long.MAX_VALUE})
    void translatorAndInterpreterTakeInterruptsAtTheSameInstructions(long interval) {
        Outcome interpreted = run(Engine.BLOCKS, interval, Long.MAX_VALUE);
        assertThat(run(Engine.TRANSLATED_AND_COUNTED, interval, Long.MAX_VALUE)).isEqualTo(interpreted);
        assertThat(run(Engine.BLOCKS, interval, Long.MAX_VALUE)).isEqualTo(interpreted);
        if (interval < Long.MAX_VALUE) {
            // The last may be pending when the guest disables interrupts; each takes ten instructions of its own.
            assertThat(interpreted.interrupts)
                    .isBetween(interpreted.instructions / interval - 1, interpreted.instructions / interval);
        }
    }

    @Test
    void bothStopAtAnyInstruction() {
        for (long last = 1; last < 130; last++) {
            Outcome interpreted = run(Engine.BLOCKS, 23, last);
            assertThat(interpreted.instructions).isEqualTo(last);
            assertThat(run(Engine.TRANSLATED_AND_COUNTED, 23, last)).isEqualTo(interpreted);
        }
    }

    @Test
    void aRepeatedInstructionIsCountedOnce() {
        try (ProtectedBoard guest = new ProtectedBoard(Engine.BLOCKS)) {
            // mov esi, DATA; mov edi, COPY; mov ecx, 9000; rep movsb; hlt
            guest.load(ProtectedBoard.kernel()
                    .hex("BE")
                    .dword(ProtectedBoard.DATA)
                    .hex("BF")
                    .dword(COPY)
                    .hex("B9")
                    .dword(9000)
                    .hex("F3 A4 F4"));
            guest.enterKernel();
            guest.board.countFor(cpu -> true);
            guest.board.run();
            assertThat(guest.board.cpu.r[CpuState.RCX]).isZero();
            assertThat(guest.board.cpu.instructions).isEqualTo(5);
        }
    }
}
