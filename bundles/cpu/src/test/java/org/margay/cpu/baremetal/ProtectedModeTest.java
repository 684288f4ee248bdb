package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.margay.cpu.baremetal.ProtectedBoard.Taken;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.ShutdownException;

/** Segmentation, privilege and delivery in 32-bit protected mode (SDM vol. 3, chapters 3, 5 and 6). */
class ProtectedModeTest {
    private static final int DF = 8, NP = 11, SS = 12, GP = 13, AC = 17;

    @ParameterizedTest
    @EnumSource
    void isEnteredFromRealMode(Engine engine) {
        try (Board board = new Board(engine)) {
            Assembler code = new Assembler(0x1000)
                    .abs16("0F 01 16", "gdtr") // lgdt [gdtr]
                    .hex("0F 20 C0 0C 01 0F 22 C0") // mov eax, cr0; or al, 1; mov cr0, eax
                    .abs16("EA", "protected") // jmp 08h:protected
                    .word(8)
                    .label("protected")
                    .hex("B8 10 00 00 00 8E D8 8E D0") // mov eax, 10h; mov ds, eax; mov ss, eax
                    .hex("BC 00 00 30 00") // mov esp, 300000h
                    .hex("68 78 56 34 12") // push 12345678h
                    .abs16("66 EA", "sixteen") // jmp 18h:sixteen
                    .word(0x18)
                    .label("sixteen")
                    .hex("0F 20 C0 24 FE 0F 22 C0") // mov eax, cr0; and al, FEh; mov cr0, eax
                    .abs16("EA", "real") // jmp 0:real
                    .word(0)
                    .label("real")
                    .hex("B8 00 02 8E D8") // mov ax, 200h; mov ds, ax
                    .hex("A1 10 00 F4") // mov ax, [10h]; hlt
                    .label("gdtr")
                    .word(0x1F)
                    .dword(0x800);
            board.poke(0x808, 8, Descriptors.flat(Descriptors.CODE_0));
            board.poke(0x810, 8, Descriptors.flat(Descriptors.DATA_0));
            board.poke(0x818, 8, Descriptors.segment(0, 0xFFFF, 0x09A));
            board.poke(0x2010, 2, 0xCAFE);
            board.load(0, code);
            board.real(0, 0x1000);
            board.run();
            assertThat(board.peek(0x2FFFFC, 4)).isEqualTo(0x12345678);
            assertThat(board.ax()).isEqualTo(0xCAFE);
            assertThat(board.cpu.cr0 & 1).isZero();
            assertThat(board.peek(0x80D, 1) & 1).as("accessed").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void accessBeyondTheLimitFaults(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.segment(ProtectedBoard.DATA, 0xFF, 0x492));
            Assembler code = ProtectedBoard.kernel()
                    .hex("B8 30 00 00 00 8E C0") // mov eax, 30h; mov es, eax
                    .hex("26 A1 FC 00 00 00") // mov eax, [es:FCh]
                    .label("bad")
                    .hex("26 A1 FD 00 00 00 F4"); // mov eax, [es:FDh]
            Taken taken = p.runKernel(code);
            assertThat(taken.vector()).isEqualTo(GP);
            assertThat(taken.stack()).startsWith(0, (int) code.offset("bad"), ProtectedBoard.CODE_0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void expandDownSegmentsAreValidAboveTheirLimit(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.segment(0, 0x2_FFFF, 0x496));
            p.board.poke(0x3_0000, 4, 0x1122_3344);
            Assembler code = ProtectedBoard.kernel()
                    .hex("B8 30 00 00 00 8E C0")
                    .hex("26 8B 1D 00 00 03 00") // mov ebx, [es:30000h]
                    .label("bad")
                    .hex("26 A1 FF FF 02 00 F4"); // mov eax, [es:2FFFFh]
            Taken taken = p.runKernel(code);
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(0x1122_3344);
            assertThat(taken.vector()).isEqualTo(GP);
            assertThat(taken.stack()).startsWith(0, (int) code.offset("bad"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void loadsOfBadSelectorsNameThem(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.flat(0xC12)); // data, not present
            p.descriptor(ProtectedBoard.FREE_2, Descriptors.flat(0xC90)); // data, read-only
            assertLoad(p, "8E D8", 0x1234, GP, 0x1234); // mov ds, beyond the table
            assertLoad(p, "8E D8", 0x30, NP, 0x30);
            assertLoad(p, "8E D0", 0x30, SS, 0x30); // mov ss, not present
            assertLoad(p, "8E D0", 0x38, GP, 0x38); // mov ss, read-only
            assertLoad(p, "8E D0", 0, GP, 0); // mov ss, null
            assertLoad(p, "8E D0", 0x23, GP, 0x20); // mov ss, ring 3
            assertLoad(p, "8E D8", 0x28, GP, 0x28); // mov ds, a TSS
            assertLoad(p, "0F 00 D8", 0x10, GP, 0x10); // ltr of data
            assertLoad(p, "0F 00 D0", 0x14, GP, 0x14); // lldt in the LDT
        }
    }

    private static void assertLoad(ProtectedBoard p, String load, int selector, int vector, int error) {
        Assembler code =
                ProtectedBoard.kernel().hex("B8").dword(selector).label("load").hex(load + "F4");
        Taken taken = p.runKernel(code);
        assertThat(taken.vector()).as("%s %x", load, selector).isEqualTo(vector);
        assertThat(taken.stack()).startsWith(error, (int) code.offset("load"));
    }

    @ParameterizedTest
    @EnumSource
    void interruptFromUserModeSwitchesStacks(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            Assembler code = ProtectedBoard.user().hex("CD 80").label("next").hex("90");
            Taken taken = p.runUser(code);
            assertThat(taken.vector()).isEqualTo(0x80);
            assertThat(taken.stack())
                    .startsWith(
                            (int) code.offset("next"),
                            ProtectedBoard.CODE_3,
                            LazyFlags.IF | 2,
                            ProtectedBoard.USER_STACK,
                            ProtectedBoard.DATA_3);
            assertThat(p.board.cpu.r[CpuState.RSP]).isEqualTo(ProtectedBoard.TSS_STACK - 20);
            assertThat(p.board.cpu.cpl).isZero();
            assertThat(p.board.cpu.flags & LazyFlags.IF).as("an interrupt gate").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void userModeMayNot(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            assertUserFault(p, "CD 20", 0x20 * 8 + 2); // int 20h, gate of ring 0
            assertUserFault(p, "F4", 0); // hlt
            assertUserFault(p, "FA", 0); // cli
            assertUserFault(p, "E4 60", 0); // in al, 60h
            assertUserFault(p, "0F 20 C0", 0); // mov eax, cr0
            assertUserFault(p, "0F 01 15 00 00 03 00", 0); // lgdt
            assertUserFault(p, "0F 30", 0); // wrmsr
            assertUserFault(p, "EA 00 00 01 00 08 00", 0x08); // jmp to ring 0
        }
    }

    private static void assertUserFault(ProtectedBoard p, String instruction, int error) {
        Taken taken = p.runUser(ProtectedBoard.user().hex(instruction));
        assertThat(taken.vector()).as(instruction).isEqualTo(GP);
        assertThat(taken.stack()).as(instruction).startsWith(error, ProtectedBoard.USER, ProtectedBoard.CODE_3);
    }

    @ParameterizedTest
    @EnumSource
    void portsOpenByPrivilegeLevelOrMap(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            Assembler code = ProtectedBoard.user().hex("E4 60 CD 80"); // in al, 60h; int 80h
            assertThat(p.runUser(code, LazyFlags.IOPL).vector()).isEqualTo(0x80);
            // a map: limit grows, the bit of port 60h is 0
            p.board.segment(CpuState.TR, ProtectedBoard.TSS, ProtectedBoard.TASK, 0x67 + 0x20, 0x008B);
            assertThat(p.runUser(code).vector()).isEqualTo(0x80);
            p.board.poke(ProtectedBoard.TASK + 0x68 + 0x60 / 8, 1, 1);
            assertThat(p.runUser(code).vector()).isEqualTo(GP);
        }
    }

    @ParameterizedTest
    @EnumSource
    void callGateCopiesParametersAndReturns(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            p.descriptor(
                    ProtectedBoard.FREE_1,
                    Descriptors.gate(
                            ProtectedBoard.CODE_0,
                            ProtectedBoard.KERNEL,
                            Descriptors.CALL_GATE | Descriptors.DPL_3,
                            2));
            p.load(ProtectedBoard.kernel()
                    .hex("8B 44 24 08 8B 5C 24 0C") // mov eax, [esp+8]; mov ebx, [esp+12]
                    .hex("8C C9 89 E2 8B 6C 24 10") // mov ecx, cs; mov edx, esp; mov ebp, [esp+16]
                    .hex("CA 08 00")); // retf 8
            Assembler code = ProtectedBoard.user()
                    .hex("68 22 22 00 00 68 11 11 00 00") // push 2222h; push 1111h
                    .hex("9A 00 00 00 00 33 00") // call 33h:0
                    .hex("8C CE CD 80"); // mov esi, cs; int 80h
            Taken taken = p.runUser(code);
            assertThat(taken.vector()).isEqualTo(0x80);
            long[] r = p.board.cpu.r;
            assertThat(r[CpuState.RAX]).isEqualTo(0x1111);
            assertThat(r[CpuState.RBX]).isEqualTo(0x2222);
            assertThat(r[CpuState.RCX]).isEqualTo(ProtectedBoard.CODE_0);
            assertThat(r[CpuState.RDX]).isEqualTo(ProtectedBoard.TSS_STACK - 24);
            assertThat(r[CpuState.RBP]).as("the caller's ESP").isEqualTo(ProtectedBoard.USER_STACK - 8);
            assertThat(r[CpuState.RSI]).isEqualTo(ProtectedBoard.CODE_3);
            assertThat(taken.stack()[3])
                    .as("RETF 8 takes the parameters off both stacks")
                    .isEqualTo(ProtectedBoard.USER_STACK);
        }
    }

    @ParameterizedTest
    @EnumSource
    void returnToAnOuterLevelClearsPrivilegedSegments(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            p.load(ProtectedBoard.user().hex("8C D8 8C C3 CD 80")); // mov eax, ds; mov ebx, es; int 80h
            Taken taken = p.runKernel(ProtectedBoard.kernel()
                    .hex("B8 23 00 00 00 8E C0") // mov eax, 23h; mov es, eax
                    .hex("6A 23 68 00 C0 00 00") // push 23h; push USER_STACK
                    .hex("68 02 02 00 00 6A 1B 68 00 00 02 00") // push flags; push 1Bh; push USER
                    .hex("CF")); // iret
            assertThat(taken.vector()).isEqualTo(0x80);
            assertThat(p.board.eax()).as("DS was ring 0's").isZero();
            assertThat(p.board.cpu.r[CpuState.RBX]).isEqualTo(ProtectedBoard.DATA_3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void flagsOfThePrivilegedStayAsTheyAre(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            Assembler code = ProtectedBoard.user()
                    .hex("68 D7 3E 00 00 9D 9C 58 CD 80"); // push 3ED7h (IOPL 3, no IF change); popf; pushf; pop eax
            p.runUser(code, LazyFlags.IF);
            assertThat(p.board.eax()).isEqualTo(0xED7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void faultDuringDeliveryIsADoubleFault(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.gate(GP, 0); // delivery of #GP raises #GP
            Taken taken = p.runKernel(ProtectedBoard.kernel().hex("B8 34 12 00 00 8E D8 F4"));
            assertThat(taken.vector()).isEqualTo(DF);
            assertThat(taken.stack()).startsWith(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void faultDuringDoubleFaultShutsDown(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.board.cpu.idtLimit = 0;
            assertThatThrownBy(() -> p.runKernel(ProtectedBoard.kernel().hex("0F 0B")))
                    .isInstanceOf(ShutdownException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unalignedAccessOfUserModeFaultsWhenAsked(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.openGate(0x80);
            p.board.cpu.cr0 |= 1 << 18; // AM
            Assembler code = ProtectedBoard.user()
                    .hex("A1 00 00 03 00") // mov eax, [30000h]
                    .label("bad")
                    .hex("A1 01 00 03 00 CD 80");
            assertThat(p.runUser(code).vector()).isEqualTo(0x80);
            Taken taken = p.runUser(code, LazyFlags.AC);
            assertThat(taken.vector()).isEqualTo(AC);
            assertThat(taken.stack()).startsWith(0, (int) code.offset("bad"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void selectorsCanBeAskedAbout(Engine engine) {
        try (ProtectedBoard p = new ProtectedBoard(engine)) {
            p.descriptor(ProtectedBoard.FREE_1, Descriptors.segment(0, 0x1234, 0x490));
            p.runKernel(ProtectedBoard.kernel()
                    .hex("BE 30 00 00 00") // mov esi, 30h
                    .hex("0F 02 C6 0F 03 DE") // lar eax, esi; lsl ebx, esi
                    .hex("0F 00 E6 0F 94 C1") // verr si; setz cl
                    .hex("0F 00 EE 0F 94 C5") // verw si; setz ch
                    .hex("BF 00 10 00 00 0F 02 D7 0F 94 C2") // mov edi, 1000h; lar edx, edi; setz dl
                    .hex("F4"));
            long[] r = p.board.cpu.r;
            assertThat(r[CpuState.RAX] & 0xFFFFFF).isEqualTo(0x409000);
            assertThat(r[CpuState.RBX]).isEqualTo(0x1234);
            assertThat(r[CpuState.RCX] & 0xFFFF).as("readable, not writable").isEqualTo(1);
            assertThat(r[CpuState.RDX] & 0xFF).as("beyond the table").isZero();
        }
    }
}
