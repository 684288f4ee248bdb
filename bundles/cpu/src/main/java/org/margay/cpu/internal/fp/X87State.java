package org.margay.cpu.internal.fp;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;

/**
 * The x87 register stack, its status word and its exceptions (SDM vol. 1, 8.1 and 8.4 to 8.7). ST(i) is named by {@code
 * i}.
 */
public final class X87State {
    static final int ERROR_SUMMARY = 0x80, BUSY = 0x8000;
    static final int C0 = 0x100, C1 = FloatFlags.ROUNDED_UP, C2 = 0x400, C3 = 0x4000;
    static final int CONDITIONS = C0 | C1 | C2 | C3;

    private static final int CR0_MP = 2, CR0_EM = 4, CR0_TS = 8, CR0_NE = 0x20;

    private X87State() {}

    // --- entering an instruction ---

    /** An instruction that reports pending exceptions first, and is remembered as the last one. */
    static Handler computing(Handler handler) {
        return (cpu, insn) -> {
            checkAvailable(cpu);
            checkPending(cpu);
            handler.execute(cpu, insn);
            remember(cpu, insn);
        };
    }

    /** An instruction that reports pending exceptions first; the last one stays what it was. */
    static Handler waiting(Handler handler) {
        return (cpu, insn) -> {
            checkAvailable(cpu);
            checkPending(cpu);
            handler.execute(cpu, insn);
        };
    }

    /** A control instruction of the FN kind, which works in spite of pending exceptions. */
    static Handler notWaiting(Handler handler) {
        return (cpu, insn) -> {
            checkAvailable(cpu);
            handler.execute(cpu, insn);
        };
    }

    /** FWAIT: pays attention to CR0.TS only with CR0.MP (SDM vol. 3, table 2-2). */
    static void fwait(Cpu cpu, Insn insn) {
        if ((cpu.cr0 & (CR0_MP | CR0_TS)) == (CR0_MP | CR0_TS)) {
            throw GuestFault.of(GuestFault.NM);
        }
        checkPending(cpu);
    }

    static void checkAvailable(Cpu cpu) {
        if ((cpu.cr0 & (CR0_EM | CR0_TS)) != 0) {
            throw GuestFault.of(GuestFault.NM);
        }
    }

    /**
     * Raises #MF for an unmasked exception of an earlier instruction. With CR0.NE clear the board is told instead,
     * which makes an interrupt of it, and the instruction goes on as if IGNNE# were asserted (SDM vol. 1, appendix
     * D.2.1).
     */
    public static void checkPending(Cpu cpu) {
        if ((cpu.fpStatus & ERROR_SUMMARY) == 0) {
            return;
        }
        if ((cpu.cr0 & CR0_NE) != 0) {
            throw GuestFault.of(GuestFault.MF);
        }
        if (!cpu.floatErrorSignalled) {
            cpu.floatErrorSignalled = true;
            signal(cpu);
        }
    }

    private static void signal(Cpu cpu) {
        ReentrantLock lock = cpu.bus.machineLock();
        lock.lock();
        try {
            cpu.bus.floatError();
        } finally {
            lock.unlock();
        }
    }

    private static void remember(Cpu cpu, Insn insn) {
        cpu.fpOpcode = (insn.opcode & 7) << 8 | insn.mod << 6 | (insn.reg & 7) << 3 | insn.rm & 7;
        cpu.fpCodeSelector = cpu.selector[CpuState.CS];
        cpu.fpCodeOffset = insn.rip;
        if (insn.isMemory()) {
            cpu.fpDataSelector = cpu.selector[insn.segment];
            cpu.fpDataOffset = insn.effectiveAddress(cpu);
        }
    }

    // --- registers ---

    static int physical(Cpu cpu, int i) {
        return cpu.fpTop + i & 7;
    }

    static boolean isEmpty(Cpu cpu, int i) {
        return (cpu.fpEmpty >> physical(cpu, i) & 1) != 0;
    }

    /** Sign and biased exponent. */
    static int exponent(Cpu cpu, int i) {
        return cpu.fpExponent[physical(cpu, i)] & 0xFFFF;
    }

    static long mantissa(Cpu cpu, int i) {
        return cpu.fpMantissa[physical(cpu, i)];
    }

    static void set(Cpu cpu, int i, int exponent, long mantissa) {
        int physical = physical(cpu, i);
        cpu.fpExponent[physical] = (short) exponent;
        cpu.fpMantissa[physical] = mantissa;
        cpu.fpEmpty &= ~(1 << physical);
    }

    static void setIndefinite(Cpu cpu, int i) {
        set(cpu, i, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
    }

    static void push(Cpu cpu, int exponent, long mantissa) {
        cpu.fpTop = cpu.fpTop - 1 & 7;
        set(cpu, 0, exponent, mantissa);
    }

    static void pop(Cpu cpu) {
        cpu.fpEmpty |= 1 << cpu.fpTop;
        cpu.fpTop = cpu.fpTop + 1 & 7;
    }

    // --- exceptions ---

    static Accumulator begin(Cpu cpu) {
        return cpu.x87.begin(cpu.fpControl);
    }

    static void clearC1(Cpu cpu) {
        cpu.fpStatus &= ~C1;
    }

    /** Puts what the operation reports into the status word, C1 included; false if it must not have a result. */
    static boolean report(Cpu cpu, Accumulator from) {
        int flags = from.flags;
        int unmasked = from.unmasked();
        boolean suppressed = (unmasked & FloatFlags.BEFORE_COMPUTATION) != 0;
        if (suppressed) {
            flags &= FloatFlags.BEFORE_COMPUTATION | FloatFlags.STACK_FAULT;
        }
        cpu.fpStatus = cpu.fpStatus & ~C1 | flags;
        if (unmasked != 0) {
            summarize(cpu);
        }
        return !suppressed;
    }

    /** An empty register was read; true if the masked response is to be given. */
    static boolean underflow(Cpu cpu) {
        return stackFault(cpu, 0);
    }

    /** A register in use would be pushed over; true if the masked response is to be given. */
    static boolean overflow(Cpu cpu) {
        return stackFault(cpu, C1);
    }

    private static boolean stackFault(Cpu cpu, int c1) {
        cpu.fpStatus = cpu.fpStatus & ~C1 | c1 | FloatFlags.INVALID | FloatFlags.STACK_FAULT;
        boolean masked = (cpu.fpControl & FloatFlags.INVALID) != 0;
        if (!masked) {
            summarize(cpu);
        }
        return masked;
    }

    /** Whether a push would overflow; if so the whole response is given. */
    static boolean pushOverflows(Cpu cpu) {
        if (isEmpty(cpu, 7)) {
            return false;
        }
        if (overflow(cpu)) {
            push(cpu, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
        }
        return true;
    }

    /** Recomputes the summary after the control or status word was loaded. */
    static void updateSummary(Cpu cpu) {
        if ((cpu.fpStatus & ~cpu.fpControl & FloatFlags.ALL) != 0) {
            summarize(cpu);
        } else {
            cpu.fpStatus &= ~(ERROR_SUMMARY | BUSY);
        }
    }

    /** An unmasked exception is pending now; FERR# is due once. */
    private static void summarize(Cpu cpu) {
        if ((cpu.fpStatus & ERROR_SUMMARY) == 0) {
            cpu.fpStatus |= ERROR_SUMMARY | BUSY;
            cpu.floatErrorSignalled = false;
        }
    }

    // --- words ---

    static int statusWord(Cpu cpu) {
        return cpu.fpStatus | cpu.fpTop << 11;
    }

    /** Takes a loaded status word over; {@link #updateSummary} must follow. */
    static void setStatusWord(Cpu cpu, int word) {
        cpu.fpStatus = word & 0xFFFF & ~(ERROR_SUMMARY | BUSY | 7 << 11);
        cpu.fpTop = word >> 11 & 7;
    }

    /** Reserved bits read as the processor keeps them: bit 6 is set, bits 7 and 13-15 are clear. */
    static void setControlWord(Cpu cpu, int word) {
        cpu.fpControl = word & 0x1F3F | 0x40;
    }
}
