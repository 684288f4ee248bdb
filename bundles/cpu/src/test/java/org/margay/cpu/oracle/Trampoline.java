package org.margay.cpu.oracle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The machine code around a snippet: loads the whole user state from a fixed place, enters the snippet, and stores
 * the state back when it leaves, be it by running through or by an exception. Everything lives below 2 GiB, so that
 * every store can name its place as a 32-bit absolute address and needs no register.
 *
 * <p>Encodings are from the SDM, vol. 2; the layout of the signal frame ({@code ucontext_t}) is Linux's for x86-64.
 */
final class Trampoline {
    /** Offsets in the state block. */
    static final int REGISTERS = 0x000, FLAGS = 0x080, GS_BASE = 0x088, ENTRY = 0x090, FAR_ENTRY = 0x098;

    static final int TRAP = 0x0A0, ERROR = 0x0A8, CR2 = 0x0B0, FAULT_RIP = 0x0B8, ACTIVE = 0x0C0;
    static final int DATA_SELECTOR = 0x0F0, DS = 0x180, ES = 0x188, FAULT_CS = 0x190;
    static final int HOST_RSP = 0x0C8, HOST_MXCSR = 0x0D0, HOST_CONTROL = 0x0D8, HOST_GS = 0x0E0, OLD_HANDLERS = 0x100;

    /** FXSAVE image; in and out. */
    static final int FX = 0x400;

    /** Selectors of Linux's user segments; table index in bits 3-15, 4 for the LDT, RPL 3. */
    static final int CODE64 = 0x33, CODE32 = 0x23, DATA = 0x2B, LDT_CODE16 = 0x07, LDT_DATA16 = 0x0F;

    /** Offsets in {@code ucontext_t}: gregs start at 40. */
    private static final int UC_RSP = 160,
            UC_RIP = 168,
            UC_CS = 184,
            UC_SS = 190,
            UC_ERROR = 192,
            UC_TRAP = 200,
            UC_CR2 = 216;

    private static final int RAX = 0, RSP = 4, RBP = 5, RBX = 3;

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final int origin;
    private final int state;
    private final boolean gsBase;

    /** Offsets of the entry points from the origin. */
    final int enter64, enterFar, exit, handler;

    /** Where it is left by an exception: RSP is stored already. */
    private int faultExit;

    /**
     * @param origin where the code will lie
     * @param state address of the state block, 64-byte aligned
     * @param alternateStack start of the signal stack
     * @param alternateSize its size in bytes
     * @param gsBase whether user mode may execute WRGSBASE
     */
    Trampoline(int origin, int state, int alternateStack, int alternateSize, boolean gsBase) {
        this.origin = origin;
        this.state = state;
        this.gsBase = gsBase;
        enter64 = here();
        enter(false);
        enterFar = here();
        enter(true);
        exit = here();
        leave();
        handler = here();
        handleSignal(alternateStack, alternateSize);
    }

    byte[] bytes() {
        return code.toByteArray();
    }

    private int here() {
        return code.size();
    }

    private void emit(int... bytes) {
        for (int b : bytes) {
            code.write(b);
        }
    }

    private void emit32(int value) {
        emit(value, value >> 8, value >> 16, value >> 24);
    }

    /** ModRM and SIB for an absolute 32-bit address of the state block, with {@code reg} in the reg field. */
    private void absolute(int reg, int offset) {
        emit((reg & 7) << 3 | 4, 0x25);
        emit32(state + offset);
    }

    private void load(int register, int offset) {
        emit(register < 8 ? 0x48 : 0x4C, 0x8B);
        absolute(register, offset);
    }

    private void store(int register, int offset) {
        emit(register < 8 ? 0x48 : 0x4C, 0x89);
        absolute(register, offset);
    }

    private void enter(boolean far) {
        emit(0x50 + RBX, 0x50 + RBP, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); // push the callee-saved
        emit(0x9C); // pushfq
        emit(0x0F, 0xAE); // stmxcsr
        absolute(3, HOST_MXCSR);
        emit(0xD9); // fnstcw
        absolute(7, HOST_CONTROL);
        store(RSP, HOST_RSP);
        if (gsBase) {
            emit(0xF3, 0x48, 0x0F, 0xAE, 0xC8); // rdgsbase rax
            store(RAX, HOST_GS);
            load(RAX, GS_BASE);
            emit(0xF3, 0x48, 0x0F, 0xAE, 0xD8); // wrgsbase rax
        }
        if (far) {
            emit(0x8B); // mov eax, [DATA_SELECTOR]
            absolute(RAX, DATA_SELECTOR);
            emit(0x8E, 0xD8, 0x8E, 0xC0, 0x8E, 0xD0); // mov ds, eax; mov es, eax; mov ss, eax
        }
        emit(0x48, 0x0F, 0xAE); // fxrstor64
        absolute(1, FX);
        emit(0xC7); // mov dword [ACTIVE], 1
        absolute(0, ACTIVE);
        emit32(1);
        emit(0xFF); // push qword [FLAGS]
        absolute(6, FLAGS);
        emit(0x9D); // popfq
        for (int i = 0; i < 16; i++) {
            load(i, REGISTERS + 8 * i); // RSP too: nothing touches the stack from here on
        }
        emit(0xFF); // jmp qword [ENTRY], or jmp far [FAR_ENTRY]
        if (far) {
            absolute(5, FAR_ENTRY);
        } else {
            absolute(4, ENTRY);
        }
    }

    private void leave() {
        store(RSP, REGISTERS + 8 * RSP);
        faultExit = here();
        for (int i = 0; i < 16; i++) {
            if (i != RSP) {
                store(i, REGISTERS + 8 * i);
            }
        }
        emit(0x8C); // mov [DS], ds
        absolute(3, DS);
        emit(0x8C); // mov [ES], es
        absolute(0, ES);
        load(RSP, HOST_RSP);
        emit(0x9C); // pushfq
        emit(0x8F); // pop qword [FLAGS]
        absolute(0, FLAGS);
        emit(0xFC); // cld
        emit(0xC7); // mov dword [ACTIVE], 0
        absolute(0, ACTIVE);
        emit32(0);
        emit(0x48, 0x0F, 0xAE); // fxsave64
        absolute(0, FX);
        emit(0x31, 0xC0, 0x8E, 0xD8, 0x8E, 0xC0); // xor eax, eax; mov ds, eax; mov es, eax
        emit(0xB0, DATA, 0x8E, 0xD0); // mov al, DATA; mov ss, eax
        if (gsBase) {
            load(RAX, HOST_GS);
            emit(0xF3, 0x48, 0x0F, 0xAE, 0xD8);
        }
        emit(0xDB, 0xE3); // fninit
        emit(0xD9); // fldcw
        absolute(5, HOST_CONTROL);
        emit(0x0F, 0xAE); // ldmxcsr
        absolute(2, HOST_MXCSR);
        emit(0x9D); // popfq
        emit(0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C, 0x58 + RBP, 0x58 + RBX, 0xC3);
    }

    /**
     * The signal handler, {@code (RDI signal, RSI siginfo, RDX ucontext)}. A signal that is not the snippet's own (no
     * snippet active, or not on our signal stack, so another thread's) goes on to the JVM's handler.
     */
    private void handleSignal(int alternateStack, int alternateSize) {
        emit(0x83); // cmp dword [ACTIVE], 0
        absolute(7, ACTIVE);
        emit(0);
        emit(0x0F, 0x84, 0, 0, 0, 0); // je chain
        final int first = here();
        emit(0x48, 0x89, 0xE0, 0x48, 0x2D); // mov rax, rsp; sub rax, imm32
        emit32(alternateStack);
        emit(0x48, 0x3D); // cmp rax, imm32
        emit32(alternateSize);
        emit(0x0F, 0x83, 0, 0, 0, 0); // jae chain
        final int second = here();
        keep(UC_TRAP, TRAP);
        keep(UC_ERROR, ERROR);
        keep(UC_CR2, CR2);
        keep(UC_RIP, FAULT_RIP);
        keep(UC_CS, FAULT_CS);
        // Not back to a stack pointer that is not canonical: where IRET is emulated, that may be a fault without end.
        keep(UC_RSP, REGISTERS + 8 * RSP);
        load(RAX, HOST_RSP);
        emit(0x48, 0x89, 0x82); // mov [rdx + UC_RSP], rax
        emit32(UC_RSP);
        emit(0x48, 0xC7, 0x82); // mov qword [rdx + UC_RIP], exit
        emit32(UC_RIP);
        emit32(origin + faultExit);
        emit(0x66, 0xC7, 0x82); // mov word [rdx + UC_CS], CODE64
        emit32(UC_CS);
        emit(CODE64, 0);
        emit(0x66, 0xC7, 0x82); // mov word [rdx + UC_SS], DATA
        emit32(UC_SS);
        emit(DATA, 0);
        emit(0xC3);
        final int chain = here();
        emit(0xFF, 0x24, 0xFD); // jmp [OLD_HANDLERS + rdi * 8]
        emit32(state + OLD_HANDLERS);
        byte[] all = bytes();
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first - 4, chain - first)
                .putInt(second - 4, chain - second);
        code.reset();
        code.writeBytes(all);
    }

    private void keep(int contextOffset, int stateOffset) {
        emit(0x48, 0x8B, 0x82); // mov rax, [rdx + disp32]
        emit32(contextOffset);
        store(RAX, stateOffset);
    }
}
