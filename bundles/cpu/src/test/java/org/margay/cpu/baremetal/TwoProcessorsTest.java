package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.cpu.internal.CpuState;

/** Two processors on one memory (SDM vol. 3, 9.1 to 9.3). */
@Timeout(60)
class TwoProcessorsTest {
    private static final int CODE = 0x1000;
    private static final int OTHER_CODE = 0x2000;
    private static final int DATA = 0x5000;

    private final Board first = new Board(Engine.BLOCKS);
    private final Board second = first.processor(1);

    @AfterEach
    void close() {
        first.close();
    }

    private static void run(Board board, int ip) {
        board.real(0, ip);
        board.run();
    }

    /** Runs both at once, each on a thread of its own. */
    private void runBoth(int firstIp, int secondIp) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Void>> runs = List.of(
                    () -> {
                        run(first, firstIp);
                        return null;
                    },
                    () -> {
                        run(second, secondIp);
                        return null;
                    });
            for (Future<Void> run : threads.invokeAll(runs)) {
                run.get();
            }
        }
    }

    @Test
    void codeThatTheOtherHasDecodedCanBeRewritten() {
        // mov byte [2001h], imm8; hlt
        first.load(0, new Assembler(CODE).hex("C6 06 01 20 01 F4"));
        // mov al, 0; hlt
        first.load(0, new Assembler(OTHER_CODE).hex("B0 00 F4"));
        // Has the page in its TLB for writing before the other decodes from it.
        run(first, CODE);
        run(second, OTHER_CODE);
        assertThat(second.ax() & 0xFF).isEqualTo(1);
        for (int value = 2; value < 10; value++) {
            first.load(CODE + 4, new byte[] {(byte) value});
            run(first, CODE);
            run(second, OTHER_CODE);
            assertThat(second.ax() & 0xFF).isEqualTo(value);
        }
    }

    @Test
    void lockedIncrementsAreNotLost() throws Exception {
        // mov ecx, 200000; l: lock inc dword [5000h]; dec ecx; jnz l; hlt
        first.load(0, new Assembler(CODE).hex("66 B9 40 0D 03 00 F0 66 FF 06 00 50 66 49 75 F6 F4"));
        runBoth(CODE, CODE);
        assertThat(first.peek(DATA, 4)).isEqualTo(400_000);
    }

    @Test
    void aSpinLockGuardsWhatIsNotAtomic() throws Exception {
        // mov ecx, 20000; l: mov al, 1; xchg al, [5010h]; test al, al; jnz l;
        // inc dword [5000h]; mov byte [5010h], 0; dec ecx; jnz l; hlt
        first.load(
                0,
                new Assembler(CODE)
                        .hex("66 B9 20 4E 00 00")
                        .label("loop")
                        .hex("B0 01 86 06 10 50 84 C0")
                        .rel8("75", "loop")
                        .hex("66 FF 06 00 50 C6 06 10 50 00 66 49")
                        .rel8("75", "loop")
                        .hex("F4"));
        runBoth(CODE, CODE);
        assertThat(first.peek(DATA, 4)).isEqualTo(40_000);
    }

    @Test
    void oneSeesTheOthersWritesInTheirOrder() throws Exception {
        // Writer: mov cx, 50000; l: inc ax; mov [5000h], ax; mov [5100h], ax; loop l; hlt
        first.load(0, new Assembler(CODE).hex("B9 50 C3 31 C0 40 A3 00 50 A3 00 51 E2 F7 F4"));
        // Reader: until [5100h] is 50000: what was read of it is never newer than what [5000h] says afterwards.
        // xor dx, dx; l: mov ax, [5100h]; mov bx, [5000h]; cmp bx, ax; jae ok; inc dx; ok: cmp ax, 50000; jne l; hlt
        first.load(
                0,
                new Assembler(OTHER_CODE)
                        .hex("31 D2")
                        .label("loop")
                        .hex("A1 00 51 8B 1E 00 50 39 C3 73 01 42 3D 50 C3")
                        .rel8("75", "loop")
                        .hex("F4"));
        runBoth(CODE, OTHER_CODE);
        assertThat(second.cpu.r[CpuState.RDX] & 0xFFFF).isZero();
    }
}
