package org.margay.cpu.internal.system;

import java.util.List;
import org.margay.cpu.internal.apic.ApicState;
import org.margay.state.StateVersion;

/**
 * Everything that software can see of a processor, for migration, snapshots and debugging. The constructors refuse what
 * no processor can hold; what a certain model can't, {@link Snapshots#restore} refuses.
 *
 * @param activity whether it runs
 */
@StateVersion(1)
public record CpuSnapshot(
        Core core,
        Control control,
        Fpu fpu,
        Vectors vectors,
        ModelSpecific modelSpecific,
        Activity activity,
        ApicState apic) {
    private static final int GENERAL = 16, SEGMENTS = 8, DEBUG = 8;

    /**
     * @param general RAX RCX RDX RBX RSP RBP RSI RDI R8-R15
     * @param segments ES CS SS DS FS GS LDTR TR
     */
    public record Core(
            List<Long> general, long rip, long rflags, List<Segment> segments, int cpl, Table gdt, Table idt) {
        public Core {
            general = sized(general, GENERAL, "general registers");
            segments = sized(segments, SEGMENTS, "segments");
            require((rflags & ~Rflags.ALL) == Rflags.FIXED, "RFLAGS");
            require(cpl >>> 2 == 0 && ((rflags & Rflags.VM) == 0 || cpl == 3), "CPL");
        }
    }

    /** A segment register with its hidden part. */
    public record Segment(int selector, long base, long limit, int attributes) {
        public Segment {
            require(selector >>> 16 == 0 && limit >>> 32 == 0 && (attributes & ~0xF0FF) == 0, "segment");
            require(Mode.isCanonical(base), "segment base");
        }
    }

    /** GDTR or IDTR. */
    public record Table(long base, int limit) {
        public Table {
            require(limit >>> 16 == 0 && Mode.isCanonical(base), "descriptor table");
        }
    }

    /** @param debug DR0-DR7 */
    public record Control(long cr0, long cr2, long cr3, long cr4, long efer, List<Long> debug) {
        private static final long EFER_DEFINED =
                ControlBits.EFER_SCE | ControlBits.EFER_LME | ControlBits.EFER_LMA | ControlBits.EFER_NXE;

        public Control {
            debug = sized(debug, DEBUG, "debug registers");
            boolean paging = (cr0 & ControlBits.CR0_PG) != 0;
            boolean longMode = paging && (efer & ControlBits.EFER_LME) != 0;
            require((cr0 & ~ControlRegisters.CR0_DEFINED) == 0 && (cr0 & ControlBits.CR0_ET) != 0, "CR0");
            require(!paging || (cr0 & ControlBits.CR0_PE) != 0, "CR0: paging in real mode");
            require((efer & ~EFER_DEFINED) == 0 && longMode == ((efer & ControlBits.EFER_LMA) != 0), "EFER");
            require(!longMode || (cr4 & ControlBits.CR4_PAE) != 0, "CR4: long mode without PAE");
            require(!longMode || cr3 >>> CpuModel.PHYSICAL_BITS == 0, "CR3");
            require((debug.get(6) & ~0xE00FL) == DebugUnit.DR6_FIXED, "DR6");
            require((debug.get(7) & ~0xFFFF_2BFFL) == DebugUnit.DR7_FIXED, "DR7");
        }
    }

    /**
     * x87 registers by their physical number.
     *
     * @param exponents sign and biased exponent
     * @param status without TOP
     * @param empty bit n set: register n is empty
     */
    public record Fpu(
            List<Long> mantissas,
            List<Integer> exponents,
            int control,
            int status,
            int top,
            int empty,
            int opcode,
            int codeSelector,
            long codeOffset,
            int dataSelector,
            long dataOffset) {
        public Fpu {
            mantissas = sized(mantissas, 8, "x87 significands");
            exponents = sized(exponents, 8, "x87 exponents");
            exponents.forEach(exponent -> require(exponent >>> 16 == 0, "x87 exponent"));
            require(control >>> 16 == 0 && (status & ~0xC7FF) == 0, "x87 control and status");
            require(top >>> 3 == 0 && empty >>> 8 == 0 && opcode >>> 11 == 0, "x87 state");
            require(codeSelector >>> 16 == 0 && dataSelector >>> 16 == 0, "x87 pointers");
        }
    }

    /** @param xmm low and high half of each register by turns */
    public record Vectors(List<Long> xmm, int mxcsr) {
        public Vectors {
            xmm = sized(xmm, 32, "vector registers");
            require(mxcsr >>> 16 == 0, "MXCSR");
        }
    }

    /** @param tscOffset what the time stamp counter shows beyond the virtual clock */
    public record ModelSpecific(
            long star,
            long lstar,
            long cstar,
            long sfmask,
            long kernelGsBase,
            long tscAux,
            long sysenterCs,
            long sysenterEsp,
            long sysenterEip,
            long pat,
            long miscEnable,
            List<Long> mtrrVariable,
            List<Long> mtrrFixed,
            long mtrrDefault,
            List<Long> banks,
            long machineCheckStatus,
            long machineCheckControl,
            long tscOffset) {
        public ModelSpecific {
            mtrrVariable = sized(mtrrVariable, 2 * ModelRegisters.VARIABLE_RANGES, "variable MTRRs");
            mtrrFixed = sized(mtrrFixed, ModelRegisters.FIXED_RANGES, "fixed MTRRs");
            banks = sized(banks, 4 * ModelRegisters.BANKS, "machine check banks");
            boolean canonical = Mode.isCanonical(lstar)
                    && Mode.isCanonical(cstar)
                    && Mode.isCanonical(kernelGsBase)
                    && Mode.isCanonical(sysenterEsp)
                    && Mode.isCanonical(sysenterEip);
            require(canonical, "address in an MSR");
            require(sfmask >>> 32 == 0 && tscAux >>> 32 == 0 && sysenterCs >>> 32 == 0, "MSR");
        }
    }

    /**
     * @param waitsForStartUp an application processor after INIT
     * @param pendingNmi an NMI waits for {@code nmiBlocked} to end
     */
    public record Activity(
            boolean halted, boolean waitsForStartUp, boolean interruptShadow, boolean nmiBlocked, boolean pendingNmi) {
        public Activity {
            require(!waitsForStartUp || halted, "activity");
        }
    }

    private static <T> List<T> sized(List<T> list, int size, String what) {
        require(list.size() == size, what);
        return List.copyOf(list);
    }

    private static void require(boolean possible, String what) {
        if (!possible) {
            throw new IllegalArgumentException("CPU: impossible " + what);
        }
    }
}
