package org.margay.cpu.internal.system;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;

/** Debug registers, breakpoints and single steps (SDM vol. 3, chapter 17). */
public final class DebugUnit {
    /** DR6: breakpoints 0-3, debug register access, single step, task switch. */
    static final long BREAKPOINTS = 0xF, BD = 1 << 13, BS = 1 << 14, BT = 1 << 15;

    /** DR6 bits that read as ones, and DR7's. */
    static final long DR6_FIXED = 0xFFFF_0FF0L, DR7_FIXED = 0x400;

    private static final long DR6_WRITABLE = BREAKPOINTS | BD | BS | BT;
    private static final long DR7_WRITABLE = 0xFFFF_2BFFL;
    private static final long DR7_LOCAL = 0x55, DR7_ENABLES = 0xFF, DR7_GD = 1 << 13;

    /**
     * In {@code CpuState.debugPending}: the instruction cleared TF on its way to a handler, which is not stepped into.
     */
    static final int NO_STEP = 1 << 16;

    /** DR7.R/W: what a breakpoint waits for. */
    private static final int EXECUTE = 0, WRITE = 1, PORT = 2;

    private DebugUnit() {}

    /** Whether any breakpoint is on. */
    public static boolean isArmed(CpuState cpu) {
        return (cpu.dr[7] & DR7_ENABLES) != 0;
    }

    /** Whether a breakpoint waits for accesses to a page: none of it may take a short cut past {@link #noteAccess}. */
    public static boolean watchesPage(CpuState cpu, long linear) {
        for (int n = 0; n < 4; n++) {
            boolean data = (condition(cpu, n) & WRITE) != 0;
            if (data && isEnabled(cpu, n) && overlaps(cpu, n, linear & -4096L, 4096)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Call before an instruction when {@link #isArmed}.
     *
     * @param linear address of its first byte
     * @throws GuestFault #DB when a breakpoint is there, unless RF holds it off
     */
    public static void checkExecute(Cpu cpu, long linear) {
        if ((cpu.flags & Rflags.RF) != 0) {
            return;
        }
        long hits = 0;
        for (int n = 0; n < 4; n++) {
            if (isEnabled(cpu, n) && condition(cpu, n) == EXECUTE && cpu.dr[n] == linear) {
                hits |= 1L << n;
            }
        }
        if (hits != 0) {
            throw raise(cpu, hits);
        }
    }

    /** Notes an access to memory; the trap comes with {@link #afterStep}. */
    public static void noteAccess(CpuState cpu, long linear, int size, boolean write) {
        for (int n = 0; n < 4; n++) {
            int condition = condition(cpu, n);
            boolean watched = condition == WRITE ? write : condition == 3;
            if (watched && isEnabled(cpu, n) && overlaps(cpu, n, linear, size)) {
                cpu.debugPending |= 1 << n;
            }
        }
    }

    /** Notes an access to ports; the trap comes with {@link #afterStep}. */
    public static void notePort(Cpu cpu, int port, int size) {
        if ((cpu.cr4 & ControlBits.CR4_DE) == 0) {
            return;
        }
        for (int n = 0; n < 4; n++) {
            if (condition(cpu, n) == PORT && isEnabled(cpu, n) && overlaps(cpu, n, port, size)) {
                cpu.debugPending |= 1 << n;
            }
        }
    }

    /** After an instruction: delivers the single step and what accesses have hit. Held off behind MOV SS and STI. */
    public static void afterStep(Cpu cpu, boolean trapFlagWasSet) {
        if (cpu.interruptShadow) {
            return;
        }
        boolean steps = trapFlagWasSet && (cpu.debugPending & NO_STEP) == 0;
        long hits = cpu.debugPending & BREAKPOINTS | (steps ? BS : 0);
        cpu.debugPending = 0;
        if (hits != 0) {
            Delivery.exception(cpu, raise(cpu, hits));
        }
    }

    /** The trap of a TSS with its T flag set. */
    static GuestFault taskTrap(Cpu cpu) {
        return raise(cpu, BT);
    }

    private static GuestFault raise(Cpu cpu, long hits) {
        cpu.dr[6] |= hits;
        cpu.dr[7] &= ~DR7_GD;
        return GuestFault.of(GuestFault.DB);
    }

    /** A task switch turns the local breakpoints off. */
    static void dropLocalBreakpoints(Cpu cpu) {
        cpu.dr[7] &= ~DR7_LOCAL;
    }

    private static boolean isEnabled(CpuState cpu, int n) {
        return (cpu.dr[7] >>> 2 * n & 3) != 0;
    }

    private static int condition(CpuState cpu, int n) {
        return (int) (cpu.dr[7] >>> 16 + 4 * n) & 3;
    }

    private static boolean overlaps(CpuState cpu, int n, long address, int size) {
        int length = switch ((int) (cpu.dr[7] >>> 18 + 4 * n) & 3) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> 8;
            default -> 4;
        };
        long start = cpu.dr[n] & -length;
        return Long.compareUnsigned(address, start + length) < 0 && Long.compareUnsigned(start, address + size) < 0;
    }

    // --- MOV to and from debug registers ---

    public static void movFromDr(Cpu cpu, Insn insn) {
        int n = select(cpu, insn);
        cpu.r[insn.rm] = insn.longMode ? cpu.dr[n] : cpu.dr[n] & 0xFFFF_FFFFL;
    }

    public static void movToDr(Cpu cpu, Insn insn) {
        int n = select(cpu, insn);
        long value = insn.longMode ? cpu.r[insn.rm] : cpu.r[insn.rm] & 0xFFFF_FFFFL;
        if (n >= 6 && value >>> 32 != 0) {
            throw GuestFault.gp(0);
        }
        cpu.dr[n] = switch (n) {
            case 6 -> value & DR6_WRITABLE | DR6_FIXED;
            case 7 -> value & DR7_WRITABLE | DR7_FIXED;
            default -> value;
        };
        cpu.flushTlb(false);
        cpu.attention = true;
    }

    private static int select(Cpu cpu, Insn insn) {
        int n = insn.reg;
        if (n > 7 || (n == 4 || n == 5) && (cpu.cr4 & ControlBits.CR4_DE) != 0) {
            throw GuestFault.ud();
        }
        if (cpu.cpl != 0) {
            throw GuestFault.gp(0);
        }
        if ((cpu.dr[7] & DR7_GD) != 0) {
            throw raise(cpu, BD);
        }
        return n == 4 || n == 5 ? n + 2 : n;
    }
}
