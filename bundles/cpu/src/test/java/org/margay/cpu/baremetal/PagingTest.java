package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.margay.cpu.baremetal.ProtectedBoard.Taken;
import org.margay.cpu.internal.CpuState;

/** Paging (SDM vol. 3, chapter 4): 32-bit tables with 4 KiB and 4 MiB pages, PAE tables with NX. */
class PagingTest {
    private static final int PF = 14;
    private static final int DIRECTORY = 0x10_0000,
            TABLE = 0x10_1000,
            POINTERS = 0x10_2000,
            PAE_DIRECTORY = 0x10_3000,
            PAE_TABLE = 0x10_4000;
    private static final int P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80;

    /** A page that tests change: linear = physical unless they say otherwise. */
    private static final int PAGE = 0x3_0000;

    /** The first 4 MiB one to one for everybody; CR0.PG set. */
    private static ProtectedBoard board(Engine engine) {
        ProtectedBoard p = new ProtectedBoard(engine);
        p.board.poke(DIRECTORY, 4, TABLE | P | W | U);
        for (int i = 0; i < 1024; i++) {
            p.board.poke(TABLE + 4L * i, 4, i << 12 | P | W | U);
        }
        p.board.cpu.cr3 = DIRECTORY;
        p.board.cpu.cr0 |= 0x8000_0000L;
        p.openGate(0x80);
        return p;
    }

    /** The same with PAE tables; no-execute allowed. */
    private static ProtectedBoard paeBoard(Engine engine) {
        ProtectedBoard p = new ProtectedBoard(engine);
        p.board.poke(POINTERS, 8, PAE_DIRECTORY | P);
        p.board.poke(PAE_DIRECTORY, 8, PAE_TABLE | P | W | U);
        p.board.poke(PAE_DIRECTORY + 8, 8, 0x20_0000 | PS | P | W | U);
        for (int i = 0; i < 512; i++) {
            p.board.poke(PAE_TABLE + 8L * i, 8, i << 12 | P | W | U);
        }
        p.board.cpu.cr4 |= 0x20;
        p.board.cpu.efer |= 0x800;
        p.openGate(0x80);
        return p;
    }

    private static long entry(ProtectedBoard p, int linear) {
        return p.board.peek(TABLE + 4L * (linear >> 12), 4);
    }

    private static void setEntry(ProtectedBoard p, int linear, long value) {
        p.board.poke(TABLE + 4L * (linear >> 12), 4, value);
    }

    private static void assertPageFault(Taken taken, ProtectedBoard p, int error, long address) {
        assertThat(taken.vector()).isEqualTo(PF);
        assertThat(taken.stack()).startsWith(error);
        assertThat(p.board.cpu.cr2).isEqualTo(address);
    }

    @ParameterizedTest
    @EnumSource
    void readsSetAccessedAndWritesSetDirty(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.runKernel(ProtectedBoard.kernel().hex("A1 00 00 03 00 F4")); // mov eax, [30000h]
            assertThat(entry(p, PAGE) & (A | D)).isEqualTo(A);
            assertThat(p.board.peek(DIRECTORY, 4) & A).isEqualTo(A);
            p.runKernel(ProtectedBoard.kernel().hex("A1 00 00 03 00 A3 04 00 03 00 F4")); // and mov [30004h], eax
            assertThat(entry(p, PAGE) & (A | D)).isEqualTo(A | D);
            assertThat(entry(p, PAGE + 0x1000) & (A | D)).as("its neighbour").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void missingPagesAndRightsAreTold(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            Assembler userRead = ProtectedBoard.user().hex("A1 08 00 03 00 CD 80");
            Assembler userWrite = ProtectedBoard.user().hex("A3 08 00 03 00 CD 80");
            setEntry(p, PAGE, PAGE | W | U);
            assertPageFault(p.runUser(userRead), p, 4, PAGE + 8);
            assertPageFault(p.runUser(userWrite), p, 6, PAGE + 8);
            setEntry(p, PAGE, PAGE | P | W);
            p.board.cpu.flushTlb(false);
            assertPageFault(p.runUser(userRead), p, 5, PAGE + 8);
            setEntry(p, PAGE, PAGE | P | U);
            p.board.cpu.flushTlb(false);
            assertThat(p.runUser(userRead).vector()).isEqualTo(0x80);
            assertPageFault(p.runUser(userWrite), p, 7, PAGE + 8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writeProtectionBindsTheKernelWhenAsked(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            setEntry(p, PAGE, PAGE | P | U);
            Assembler write = ProtectedBoard.kernel().hex("B8 05 00 00 00 A3 00 00 03 00 F4");
            assertThat(p.runKernel(write).vector()).isEqualTo(-1);
            assertThat(p.board.peek(PAGE, 4)).isEqualTo(5);
            p.board.cpu.cr0 |= 1 << 16;
            p.board.cpu.flushTlb(false);
            assertPageFault(p.runKernel(write), p, 3, PAGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedEntriesCountAfterInvalidation(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.board.poke(0x3_1000, 4, 0x1111);
            p.board.poke(0x3_2000, 4, 0x2222);
            p.board.poke(0x3_3000, 4, 0x3333);
            int tableEntry = TABLE + 4 * 0x31;
            p.runKernel(ProtectedBoard.kernel()
                    .hex("8B 0D 00 10 03 00") // mov ecx, [31000h]
                    .hex("C7 05")
                    .dword(tableEntry)
                    .dword(0x3_2000 | P | W)
                    .hex("0F 01 3D 00 10 03 00") // invlpg [31000h]
                    .hex("8B 15 00 10 03 00") // mov edx, [31000h]
                    .hex("C7 05")
                    .dword(tableEntry)
                    .dword(0x3_3000 | P | W)
                    .hex("0F 20 D8 0F 22 D8") // mov eax, cr3; mov cr3, eax
                    .hex("8B 1D 00 10 03 00 F4")); // mov ebx, [31000h]
            assertThat(p.board.cpu.r[CpuState.RCX]).isEqualTo(0x1111);
            assertThat(p.board.cpu.r[CpuState.RDX]).isEqualTo(0x2222);
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(0x3333);
        }
    }

    @ParameterizedTest
    @EnumSource
    void largePagesTranslateTwentyTwoBits(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.board.cpu.cr4 |= 0x10; // PSE
            p.board.poke(DIRECTORY + 4 * 0x100, 4, PS | P | W); // 40000000h -> 0
            p.board.poke(PAGE + 0x123C, 4, 0xCAFE);
            p.runKernel(ProtectedBoard.kernel().hex("A1 3C 12 03 40 A3 00 00 03 40 F4"));
            assertThat(p.board.eax()).isEqualTo(0xCAFE);
            assertThat(p.board.peek(PAGE, 4)).isEqualTo(0xCAFE);
            assertThat(p.board.peek(DIRECTORY + 4 * 0x100, 4) & (A | D)).isEqualTo(A | D);
        }
    }

    @ParameterizedTest
    @EnumSource
    void accessAcrossPagesFaultsBeforeItChangesAnything(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            setEntry(p, PAGE + 0x1000, 0);
            p.board.poke(PAGE + 0xFFC, 4, 0x1234_5678);
            Taken taken = p.runKernel(ProtectedBoard.kernel().hex("B8 FF FF FF FF A3 FE 0F 03 00 F4"));
            assertPageFault(taken, p, 2, PAGE + 0x1000);
            assertThat(p.board.peek(PAGE + 0xFFC, 4)).isEqualTo(0x1234_5678);
        }
    }

    @ParameterizedTest
    @EnumSource
    void repeatedMovesStopAtThePageAndGoOn(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            setEntry(p, PAGE + 0x1000, 0);
            Assembler code = ProtectedBoard.kernel()
                    .hex("BE 00 00 02 00 BF F0 0F 03 00 B9 20 00 00 00") // mov esi, 20000h; mov edi, 30FF0h; mov
                    // ecx, 32
                    .label("rep")
                    .hex("F3 A4 F4"); // rep movsb; hlt
            for (int i = 0; i < 32; i++) {
                p.board.poke(ProtectedBoard.USER + i, 1, i + 1);
            }
            Taken taken = p.runKernel(code);
            assertPageFault(taken, p, 2, PAGE + 0x1000);
            assertThat(taken.stack()[1]).isEqualTo((int) code.offset("rep"));
            assertThat(p.board.cpu.r[CpuState.RCX]).isEqualTo(16);
            assertThat(p.board.cpu.r[CpuState.RDI]).isEqualTo(PAGE + 0x1000);
            // the handler maps the page and returns
            setEntry(p, PAGE + 0x1000, PAGE + 0x1000 | P | W);
            p.board.cpu.r[CpuState.RSP] += 4;
            p.board.load(0, new Assembler(0x9000).hex("CF"));
            p.board.cpu.rip = 0x9000;
            assertThat(p.resume().vector()).isEqualTo(-1);
            assertThat(p.board.cpu.r[CpuState.RCX]).isZero();
            assertThat(p.board.peek(PAGE + 0x100F, 1)).isEqualTo(32);
        }
    }

    @ParameterizedTest
    @EnumSource
    void codeIsFetchedThroughPagesThatMayChange(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.load(new Assembler(0x3_2000).hex("B8 01 00 00 00 C3")); // mov eax, 1; ret
            p.load(new Assembler(0x3_3000).hex("B8 02 00 00 00 C3"));
            setEntry(p, PAGE, 0x3_2000 | P | W);
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 FF D3 89 C1") // mov ebx, 30000h; call ebx; mov ecx, eax
                    .hex("C7 05")
                    .dword(TABLE + 4 * 0x30)
                    .dword(0x3_3000 | P | W)
                    .hex("0F 01 3B FF D3 F4")); // invlpg [ebx]; call ebx; hlt
            assertThat(p.board.cpu.r[CpuState.RCX]).isEqualTo(1);
            assertThat(p.board.eax()).isEqualTo(2);
        }
    }

    /** SDM vol. 3, 4.10.4.1: INVLPG forgets all of the page that its operand is in. */
    @ParameterizedTest
    @EnumSource
    void invlpgForgetsAllOfALargePage(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.board.cpu.cr4 |= 0x10; // PSE
            p.board.poke(DIRECTORY + 4 * 0x100, 4, PS | P | W); // 40000000h -> 0
            p.board.poke(PAGE + 0x123C, 4, 0xCAFE);
            p.runKernel(ProtectedBoard.kernel()
                    .hex("8B 0D 3C 12 03 40") // mov ecx, [4003123Ch]
                    .hex("C7 05")
                    .dword(DIRECTORY + 4 * 0x100)
                    .dword(0x8000_0000 | PS | P | W) // nothing is there
                    .hex("0F 01 3D 00 00 30 40") // invlpg [40300000h]
                    .hex("8B 15 3C 12 03 40 F4")); // mov edx, [4003123Ch]
            assertThat(p.board.cpu.r[CpuState.RCX]).isEqualTo(0xCAFE);
            assertThat(p.board.cpu.r[CpuState.RDX]).isEqualTo(0xFFFF_FFFFL);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noExecuteAndReservedBitsFault(Engine engine) {
        try (ProtectedBoard p = paeBoard(engine)) {
            p.board.poke(PAE_TABLE + 8L * 0x30, 8, PAGE | P | W | U | 1L << 63);
            p.board.poke(PAE_TABLE + 8L * 0x31, 8, PAGE | P | W | U | 1L << 52);
            // paging starts by an instruction, which loads the pointers (SDM vol. 3, 4.4.1)
            Assembler start = ProtectedBoard.kernel()
                    .hex("B8")
                    .dword(POINTERS)
                    .hex("0F 22 D8") // mov cr3, eax
                    .hex("0F 20 C0 0D 00 00 00 80 0F 22 C0") // or eax, 80000000h
                    .hex("A1 00 00 03 00") // mov eax, [30000h]: may be read
                    .hex("BB 00 00 03 00 FF E3"); // jmp 30000h
            assertPageFault(p.runKernel(start), p, 0x11, PAGE);
            assertPageFault(p.runKernel(ProtectedBoard.kernel().hex("A1 10 10 03 00 F4")), p, 9, PAGE + 0x1010);
            p.board.poke(0x3F_0000, 4, 0xABCD);
            p.runKernel(ProtectedBoard.kernel().hex("A1 00 00 3F 00 F4"));
            assertThat(p.board.eax()).as("a page of 2 MiB").isEqualTo(0xABCD);
        }
    }

    /** Two address spaces that differ in the page at 30000h; code there returns 1 in the first and 2 in the second. */
    private static int secondSpace(ProtectedBoard p, int global) {
        int directory = 0x11_0000, table = 0x11_1000;
        p.board.poke(directory, 4, table | P | W | U);
        for (int i = 0; i < 1024; i++) {
            p.board.poke(table + 4L * i, 4, i << 12 | P | W | U);
        }
        p.load(new Assembler(0x3_2000).hex("B8 01 00 00 00 C3")); // mov eax, 1; ret
        p.load(new Assembler(0x3_3000).hex("B8 02 00 00 00 C3"));
        setEntry(p, PAGE, 0x3_2000 | P | W | global);
        p.board.poke(table + 4L * 0x30, 4, 0x3_3000 | P | W | global);
        return directory;
    }

    @ParameterizedTest
    @EnumSource
    void codeBelongsToItsAddressSpace(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            int other = secondSpace(p, 0);
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 BE")
                    .dword(other) // mov ebx, 30000h; mov esi, other
                    .hex("0F 20 DF 31 ED B9 03 00 00 00") // mov edi, cr3; xor ebp, ebp; mov ecx, 3
                    .label("again")
                    .hex("FF D3 C1 E5 04 01 C5") // call ebx; shl ebp, 4; add ebp, eax
                    .hex("0F 22 DE FF D3 C1 E5 04 01 C5") // mov cr3, esi; call ebx; shl ebp, 4; add ebp, eax
                    .hex("0F 22 DF") // mov cr3, edi
                    .rel8("E2", "again") // loop again
                    .hex("F4"));
            assertThat(p.board.cpu.r[CpuState.RBP]).isEqualTo(0x121212);
        }
    }

    @ParameterizedTest
    @EnumSource
    void globalPagesOutliveTheAddressSpaceUntilTheyAreFlushed(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            int other = secondSpace(p, 0x100);
            p.board.cpu.cr4 |= 0x80; // PGE
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 BE")
                    .dword(other)
                    .hex("31 ED FF D3 01 C5") // call ebx; add ebp, eax
                    .hex("0F 22 DE") // mov cr3, esi; the translation may be used on
                    .hex("0F 20 E0 24 7F 0F 22 E0") // clear CR4.PGE: all are flushed
                    .hex("FF D3 C1 E5 04 01 C5 F4")); // call ebx; shl ebp, 4; add ebp, eax
            assertThat(p.board.cpu.r[CpuState.RBP]).isEqualTo(0x12);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGlobalCodePageCanBeInvalidatedAlone(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            secondSpace(p, 0x100);
            p.board.cpu.cr4 |= 0x80;
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 31 ED FF D3 01 C5")
                    .hex("C7 05")
                    .dword(TABLE + 4 * 0x30)
                    .dword(0x3_3000 | P | W | 0x100)
                    .hex("0F 01 3B FF D3 C1 E5 04 01 C5 F4")); // invlpg [ebx]; call ebx ...
            assertThat(p.board.cpu.r[CpuState.RBP]).isEqualTo(0x12);
        }
    }

    @ParameterizedTest
    @EnumSource
    void codeWrittenThroughAnotherMappingIsSeen(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.load(new Assembler(0x3_2000).hex("B8 01 00 00 00 C3"));
            p.load(new Assembler(0x3_3000).hex("B8 04 00 00 00 C3"));
            setEntry(p, PAGE, 0x3_2000 | P | W); // two linear addresses of one page
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 31 ED FF D3 01 C5")
                    .hex("C6 05 01 20 03 00 02") // mov byte [32001h], 2
                    .hex("FF D3 C1 E5 04 01 C5")
                    .hex("BF 01 20 03 00 B0 03 AA") // mov edi, 32001h; mov al, 3; stosb
                    .hex("FF D3 C1 E5 04 01 C5")
                    .hex("BF 00 20 03 00 BE 00 30 03 00 B9 06 00 00 00 F3 A4") // rep movsb of 6 bytes
                    .hex("FF D3 C1 E5 04 01 C5 F4"));
            assertThat(p.board.cpu.r[CpuState.RBP]).isEqualTo(0x1234);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageThatMayNotBeRunAnyMoreFaults(Engine engine) {
        try (ProtectedBoard p = board(engine)) {
            p.load(new Assembler(0x3_2000).hex("B8 01 00 00 00 C3"));
            setEntry(p, PAGE, 0x3_2000 | P | W | U);
            Taken taken = p.runKernel(ProtectedBoard.kernel()
                    .hex("BB 00 00 03 00 FF D3 FF D3 FF D3") // run it a few times
                    .hex("C7 05")
                    .dword(TABLE + 4 * 0x30)
                    .dword(0)
                    .hex("0F 01 3B FF D3 F4"));
            assertPageFault(taken, p, 0, PAGE);
            assertThat(taken.stack()[1]).isEqualTo(PAGE);
        }
    }
}
