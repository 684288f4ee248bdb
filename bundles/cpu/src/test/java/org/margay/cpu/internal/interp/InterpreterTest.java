package org.margay.cpu.internal.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.margay.cpu.internal.TestCpu.CODE;
import static org.margay.cpu.internal.TestCpu.DATA;
import static org.margay.cpu.internal.TestCpu.STACK;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.TestCpu;

class InterpreterTest {
    private final TestCpu test = new TestCpu();
    private final Cpu cpu = test.cpu;

    @AfterEach
    void close() {
        test.close();
    }

    private void assertFault(int vector) {
        assertThatThrownBy(() -> test.run(CODE))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector).isEqualTo(vector));
    }

    @Test
    void loopCountsExactly() {
        // mov ecx,1000; xor eax,eax; add eax,ecx; dec ecx; jnz; hlt
        test.code(CODE, "b9e8030000 31c0 01c8 ffc9 75fa f4").run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(500_500);
        assertThat(cpu.instructions).isEqualTo(2 + 3 * 1000 + 1);
    }

    @Test
    void callsAndReturnsKeepTheStack() {
        // call +3; hlt; nop; nop; push 5; pop rbx; ret
        test.code(CODE, "e803000000 f4 90 90 6a05 5b c3").run(CODE);
        assertThat(cpu.r[Cpu.RBX]).isEqualTo(5);
        assertThat(cpu.r[Cpu.RSP]).isEqualTo(STACK);
        assertThat(cpu.rip).isEqualTo(CODE + 6);
    }

    @Test
    void codeThatIsOverwrittenRunsAnew() {
        // mov eax,1; hlt
        test.code(CODE, "b801000000 f4").run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(1);
        cpu.mmu.store8(CODE + 1, 2);
        test.run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(2);
        test.ram.set(CODE + 1, 1, 3);
        test.run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(3);
    }

    @Test
    void instructionMayOverwriteTheNextOne() {
        // mov byte [rip+1],7; mov eax,1; hlt  (the first changes the immediate of the second, in the same block)
        test.code(CODE, "c6050100000007 b801000000 f4").run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(7);
    }

    @Test
    void dataBesideCodeMayChangeFreely() {
        // inc dword [rip+f4]: data in front of the code, in its page; loop 3 times
        test.code(CODE + 0x100, "b903000000 ff05f5feffff ffc9 75f6 f4").run(CODE + 0x100);
        assertThat(test.ram.getInt(CODE)).isEqualTo(3);
    }

    @Test
    void otherThreadsMayWriteCode() throws InterruptedException {
        test.code(CODE, "b801000000 f4").run(CODE);
        Thread writer = new Thread(() -> test.ram.set(CODE + 1, 1, 9));
        writer.start();
        writer.join();
        test.run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(9);
    }

    @Test
    void instructionAcrossPagesFollowsItsSecondPage() {
        // mov eax,imm32 with the immediate in the next page
        test.code(CODE + 0xFFE, "b811 111111 f4").run(CODE + 0xFFE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(0x11111111);
        test.code(0x8_0000, "222222 f4");
        test.map(CODE + 0x1000, 0x8_0000 | 7);
        test.run(CODE + 0xFFE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(0x22222211);
        cpu.mmu.store8(CODE + 0x1000, 0x33);
        test.run(CODE + 0xFFE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(0x22223311);
    }

    @Test
    void fetchAcrossAMissingPageFaultsThere() {
        test.code(CODE + 0xFFE, "b811");
        test.map(CODE + 0x1000, 0);
        assertThatThrownBy(() -> test.run(CODE + 0xFFE)).isInstanceOfSatisfying(GuestFault.class, fault -> {
            assertThat(fault.vector).isEqualTo(GuestFault.PF);
            assertThat(fault.address).isEqualTo(CODE + 0x1000);
        });
        assertThat(cpu.rip).isEqualTo(CODE + 0xFFE);
    }

    @Test
    void faultingPushLeavesTheStackPointer() {
        cpu.r[Cpu.RSP] = DATA + 0x1000;
        test.map(DATA, DATA | 5);
        test.code(CODE, "90 90 50 f4");
        assertFault(GuestFault.PF);
        assertThat(cpu.rip).isEqualTo(CODE + 2);
        assertThat(cpu.r[Cpu.RSP]).isEqualTo(DATA + 0x1000);
    }

    @Test
    void addressThatIsNotCanonicalIsAStackFaultInTheStackSegment() {
        cpu.r[Cpu.RBX] = 1L << 50;
        cpu.r[Cpu.RBP] = 1L << 50;
        test.code(CODE, "8b03 f4");
        assertFault(GuestFault.GP);
        test.code(CODE, "8b4500 f4");
        assertFault(GuestFault.SS);
        cpu.r[Cpu.RSP] = 1L << 50;
        test.code(CODE, "50 f4");
        assertFault(GuestFault.SS);
        test.code(CODE, "c3");
        assertFault(GuestFault.SS);
    }

    @Test
    void readModifyWriteOfAReadOnlyPageFaultsAsAWrite() {
        test.map(DATA, DATA | 5);
        cpu.r[Cpu.RBX] = DATA;
        test.code(CODE, "f9 ff03 f4");
        assertThatThrownBy(() -> test.run(CODE))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.errorCode).isEqualTo(3));
        assertThat(LazyFlags.cf(cpu)).isTrue();
    }

    @Test
    void mappingChangesReachCachedCode() {
        test.code(CODE, "b801000000 f4").run(CODE);
        test.code(0x8_0000, "b802000000 f4");
        test.map(CODE, 0x8_0000 | 7);
        test.run(CODE);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(2);
    }

    @Test
    void repeatedMovesGoOnAcrossPagesUntilTheFault() {
        for (int i = 0; i < 0x1800; i++) {
            test.ram.set(DATA + i, 1, i);
        }
        cpu.r[Cpu.RSI] = DATA;
        cpu.r[Cpu.RDI] = DATA + 0x4800;
        cpu.r[Cpu.RCX] = 0x1800;
        test.map(DATA + 0x5000, DATA + 0x5000 | 5);
        test.code(CODE, "f3a4 f4");
        assertFault(GuestFault.PF);
        assertThat(cpu.rip).isEqualTo(CODE);
        assertThat(cpu.r[Cpu.RCX]).isEqualTo(0x1000);
        test.map(DATA + 0x5000, DATA + 0x5000 | 7);
        test.run(CODE);
        assertThat(cpu.r[Cpu.RCX]).isZero();
        assertThat(cpu.r[Cpu.RSI]).isEqualTo(DATA + 0x1800);
        assertThat(test.ram.getByte(DATA + 0x4800 + 0x17FF)).isEqualTo(0xFF);
    }

    @Test
    void repeatedMovesGoDownwardsAcrossPagesUntilTheFault() {
        for (int i = 0; i < 0x1800; i += 4) {
            test.ram.set(DATA + 2 + i, 4, i);
        }
        // The last of 600h words, which lie across the ends of pages.
        cpu.r[Cpu.RSI] = DATA + 2 + 0x17FC;
        cpu.r[Cpu.RDI] = DATA + 0x4801 + 0x17FC;
        cpu.r[Cpu.RCX] = 0x600;
        test.map(DATA + 0x4000, DATA + 0x4000 | 5);
        test.code(CODE, "fd f3a5 f4");
        assertFault(GuestFault.PF);
        assertThat(cpu.r[Cpu.RDI]).isEqualTo(DATA + 0x4FFD);
        assertThat(cpu.r[Cpu.RCX]).isEqualTo((0x7FC + 4) / 4);
        test.map(DATA + 0x4000, DATA + 0x4000 | 7);
        test.run(CODE);
        assertThat(cpu.r[Cpu.RCX]).isZero();
        assertThat(cpu.r[Cpu.RSI]).isEqualTo(DATA + 2 - 4);
        for (int i = 0; i < 0x1800; i += 4) {
            assertThat(test.ram.get(DATA + 0x4801 + i, 4)).isEqualTo(i);
        }
    }

    @Test
    void repeatedStoresGoDownwards() {
        cpu.r[Cpu.RDI] = DATA + 0x2FF8;
        cpu.r[Cpu.RCX] = 0x300;
        cpu.r[Cpu.RAX] = 0x1122334455667788L;
        test.code(CODE, "fd f348ab f4").run(CODE);
        assertThat(cpu.r[Cpu.RDI]).isEqualTo(DATA + 0x2FF8 - 0x1800);
        assertThat(test.ram.get(DATA + 0x1800, 8)).isEqualTo(0x1122334455667788L);
        assertThat(test.ram.get(DATA + 0x17F8, 8)).isZero();
    }

    @Test
    void overlappingMovesRepeatAPattern() {
        test.ram.set(DATA, 1, 0x5A);
        cpu.r[Cpu.RSI] = DATA;
        cpu.r[Cpu.RDI] = DATA + 1;
        cpu.r[Cpu.RCX] = 100;
        test.code(CODE, "f3a4 f4").run(CODE);
        assertThat(test.ram.getByte(DATA + 100)).isEqualTo(0x5A);
    }

    @Test
    void repeatedStoresOverCodeAreSeen() {
        test.code(CODE + 0x800, "b801000000 f4").run(CODE + 0x800);
        cpu.r[Cpu.RDI] = CODE + 0x801;
        cpu.r[Cpu.RAX] = 5;
        cpu.r[Cpu.RCX] = 1;
        test.code(CODE, "f3aa f4").run(CODE).run(CODE + 0x800);
        assertThat(cpu.r[Cpu.RAX]).isEqualTo(5);
    }

    @Test
    void requestToExitIsHeardInAnEndlessLoop() throws InterruptedException {
        test.code(CODE, "ebfe");
        Thread asker = new Thread(() -> cpu.request(Cpu.REQUEST_EXIT));
        asker.start();
        cpu.rip = CODE;
        cpu.attention = false;
        assertThat(test.interpreter.run()).isEqualTo(Interpreter.Exit.REQUESTED);
        asker.join();
        assertThat(cpu.rip).isEqualTo(CODE);
    }
}
