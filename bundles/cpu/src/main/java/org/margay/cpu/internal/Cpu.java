package org.margay.cpu.internal;

import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.decode.CodeMode;
import org.margay.cpu.internal.fp.Accumulator;
import org.margay.cpu.internal.mmu.Mmu;
import org.margay.cpu.internal.simd.SseUnit;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.InstructionTable;

/**
 * One x86-64 processor: its state, its way to memory and ports, its interrupt inputs. What handlers work with. Confined to
 * the vCPU's thread while it runs, except for the request bits.
 */
public final class Cpu extends CpuState {
    public static final long CR0_PE = 1;
    public static final long EFER_LMA = 1 << 10;

    private static final int ATTR_BIG = 1 << 14, ATTR_LONG = 1 << 13;

    /** P, S, not code, not expand-down, writable. */
    private static final int ATTR_PRESENT_WRITABLE_DATA_MASK = 0x9E, ATTR_PRESENT_WRITABLE_DATA = 0x92;

    private static final int MODE_CODE = 6, MODE_PROTECTED = 2, MODE_FLAT = 4, MODE_WIDE_STACK = 8;

    /** Bits of {@link #request}: the system part decides what most mean; EXIT, CODE_WRITTEN, FLUSH and TIME are the engine's. */
    public static final int REQUEST_EXIT = 1,
            REQUEST_INTERRUPT = 2,
            REQUEST_NMI = 4,
            REQUEST_INIT = 8,
            REQUEST_SIPI = 16,
            REQUEST_CODE_WRITTEN = 32,
            REQUEST_FLUSH = 64,
            REQUEST_BUS = 128,
            REQUEST_TIME = 256;

    /** Working storage of floating-point handlers; nothing of it outlives an instruction. */
    public final Accumulator x87 = new Accumulator();

    public final SseUnit sse = new SseUnit();

    public final SpinWait spin = new SpinWait(this);

    /** The board was told by FERR# of the x87 exception that is pending, if one is. */
    public boolean floatErrorSignalled;

    public final CpuBus bus;
    public final Mmu mmu;
    public final Set<Feature> features;
    public final InstructionTable table;

    /** Exceptions, interrupts and port rights; set before the first instruction. */
    public SystemHooks system = NoSystem.INSTANCE;

    /** Common to the processors of a machine; set before the first instruction. */
    public BusLock busLock = new BusLock();

    /** Instructions completed; exact between blocks, and where they are {@link #counted} whenever a device looks. */
    public long instructions;

    /** Virtual time goes with instructions; said once, before the first one. */
    public boolean counted;

    /** Where they are counted: how many instructions are completed when something is due. */
    public long lookAt = Long.MAX_VALUE;

    /** A repeated string instruction has left off in the middle. */
    public boolean unfinished;

    // What modeChanged() derives.
    private CodeMode codeMode = CodeMode.REAL;
    private boolean mode64;
    private boolean protectedMode;
    private boolean flat;
    private long stackMask = 0xFFFF;
    private long modeKey;

    private Runnable onRequest = () -> {};

    public Cpu(Set<Feature> features, CpuBus bus) {
        this.features = Set.copyOf(features);
        this.bus = bus;
        this.table = InstructionTable.of(features);
        this.mmu = new Mmu(this, bus);
        mmu.setGigabytePages(features.contains(Feature.PDPE1GB));
        modeChanged();
    }

    // --- mode ---

    /**
     * To be called after CR0, CR4, EFER, CPL, RFLAGS.VM or AC changed, or ES, CS, SS or DS were loaded: recomputes what
     * depends on them. The instruction that calls it must end its block.
     */
    public void modeChanged() {
        mode64 = (efer & EFER_LMA) != 0 && (segAttr[CS] & ATTR_LONG) != 0;
        protectedMode = (cr0 & CR0_PE) != 0 && (flags & LazyFlags.VM) == 0;
        codeMode = mode64
                ? CodeMode.LONG_64
                : (segAttr[CS] & ATTR_BIG) == 0
                        ? protectedMode ? CodeMode.PROTECTED_16 : CodeMode.REAL
                        : protectedMode ? CodeMode.PROTECTED_32 : CodeMode.REAL_32;
        stackMask = mode64 ? -1 : (segAttr[SS] & ATTR_BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFF;
        flat = mode64
                || protectedMode
                        && stackMask != 0xFFFF
                        && segLimit[CS] == 0xFFFF_FFFFL
                        && isFlat(DS)
                        && isFlat(ES)
                        && isFlat(SS);
        int bits = codeMode.bits() >> 5 << MODE_CODE
                | (protectedMode ? MODE_PROTECTED : 0)
                | (flat ? MODE_FLAT : 0)
                | cpl << 4
                | (stackMask == 0xFFFF ? 0 : MODE_WIDE_STACK);
        long base = mode64 ? 0 : segBase[CS];
        long limit = mode64 ? 0 : segLimit[CS];
        modeKey = base << 32 | (limit >>> 12 ^ limit & 0xFFF) << 12 | bits;
        mmu.privilegeChanged();
    }

    private boolean isFlat(int segment) {
        return segBase[segment] == 0
                && segLimit[segment] == 0xFFFF_FFFFL
                && (segAttr[segment] & ATTR_PRESENT_WRITABLE_DATA_MASK) == ATTR_PRESENT_WRITABLE_DATA;
    }

    /**
     * Everything about the mode that decoded code depends on, in one number; bit 0 is always 0. Of CS's limit only a hash
     * is in it, which tells apart the limits that occur.
     */
    public long modeKey() {
        return modeKey;
    }

    public CodeMode codeMode() {
        return codeMode;
    }

    /** Segments need no look: 64-bit mode, or ES, SS and DS have base 0, 4 GiB, and are writable, and CS has 4 GiB. */
    public boolean isFlat() {
        return flat;
    }

    /** 64-bit mode: long mode with a 64-bit code segment. */
    public boolean isMode64() {
        return mode64;
    }

    /** Long mode active, 64-bit or compatibility. */
    public boolean isLongActive() {
        return (efer & EFER_LMA) != 0;
    }

    /** CR0.PE set and not in virtual-8086 mode. */
    public boolean isProtectedMode() {
        return protectedMode;
    }

    public boolean isVirtual8086() {
        return (flags & LazyFlags.VM) != 0;
    }

    /** Default operand size of the code segment: 16, 32 or 64. */
    public int codeBits() {
        return codeMode.bits();
    }

    /** Bits of RSP that stack operations use. */
    public long stackMask() {
        return stackMask;
    }

    /** Forgets address translations after CR3, CR0.PG, CR4 or EFER changes. */
    public void flushTlb(boolean keepGlobal) {
        mmu.flush(keepGlobal);
    }

    /** INVLPG. */
    public void invalidatePage(long linear) {
        mmu.flushPage(linear);
    }

    // --- requests from other threads ---

    /** Asks the processor to look up between two blocks. Any thread. */
    public void request(int bits) {
        addRequests(bits);
        spin.wake();
        onRequest.run();
    }

    /** Who is told, on the requesting thread, after each {@link #request}. Set before the first one. */
    public void onRequest(Runnable listener) {
        onRequest = listener;
    }

    /** Takes requests back. Any thread. */
    public void clearRequest(int bits) {
        removeRequests(bits);
    }

    public boolean hasRequests() {
        return requests() != 0;
    }

    /** Holds interrupts off until the next instruction is done: STI, MOV SS, POP SS. The instruction must end its block. */
    public void shadowInterrupts() {
        interruptShadow = true;
        attention = true;
    }

    /** HLT: sleeps until the next interrupt. The instruction must end its block. */
    public void halt() {
        halted = true;
        attention = true;
    }

    /** Whether a request can be served now: not when there is but an interrupt, and IF holds it off. */
    public boolean mustLook() {
        int bits = requests();
        return bits != 0 && (bits != REQUEST_INTERRUPT || (flags & LazyFlags.IF) != 0);
    }

    // --- general registers ---

    /** An 8-bit register: AH, CH, DH, BH for 4-7 without REX. Zero-extended. */
    public int reg8(Insn insn, int register) {
        return register >= 4 && register < 8 && !insn.hasRex
                ? (int) r[register - 4] >>> 8 & 0xFF
                : (int) r[register] & 0xFF;
    }

    public void setReg8(Insn insn, int register, int value) {
        if (register >= 4 && register < 8 && !insn.hasRex) {
            r[register - 4] = r[register - 4] & ~0xFF00L | (value & 0xFF) << 8;
        } else {
            r[register] = r[register] & ~0xFFL | value & 0xFF;
        }
    }

    public void setReg16(int register, int value) {
        r[register] = r[register] & ~0xFFFFL | value & 0xFFFF;
    }

    /** Clears the upper half, as the processor does. */
    public void setReg32(int register, int value) {
        r[register] = value & 0xFFFF_FFFFL;
    }

    /** A register of 1, 2, 4 or 8 bytes, zero-extended. */
    public long reg(Insn insn, int register, int size) {
        return switch (size) {
            case 1 -> reg8(insn, register);
            case 2 -> r[register] & 0xFFFF;
            case 4 -> r[register] & 0xFFFF_FFFFL;
            default -> r[register];
        };
    }

    /** Writes the low bytes of a value; 4 bytes clear the upper half. */
    public void setReg(Insn insn, int register, int size, long value) {
        switch (size) {
            case 1 -> setReg8(insn, register, (int) value);
            case 2 -> setReg16(register, (int) value);
            case 4 -> setReg32(register, (int) value);
            default -> r[register] = value;
        }
    }

    // --- the memory operand ---

    public int load8(Insn insn) {
        return mmu.load8(insn.linearAddress(this, 1, false));
    }

    public int load16(Insn insn) {
        return mmu.load16(insn.linearAddress(this, 2, false));
    }

    public int load32(Insn insn) {
        return mmu.load32(insn.linearAddress(this, 4, false));
    }

    public long load64(Insn insn) {
        return mmu.load64(insn.linearAddress(this, 8, false));
    }

    public long load(Insn insn, int size) {
        return mmu.load(insn.linearAddress(this, size, false), size);
    }

    public void store8(Insn insn, int value) {
        mmu.store8(insn.linearAddress(this, 1, true), value);
    }

    public void store16(Insn insn, int value) {
        mmu.store16(insn.linearAddress(this, 2, true), value);
    }

    public void store32(Insn insn, int value) {
        mmu.store32(insn.linearAddress(this, 4, true), value);
    }

    public void store64(Insn insn, long value) {
        mmu.store64(insn.linearAddress(this, 8, true), value);
    }

    public void store(Insn insn, int size, long value) {
        mmu.store(insn.linearAddress(this, size, true), size, value);
    }

    /**
     * Linear address of a 16-byte memory operand that must be aligned; read or write halves there with the {@link #mmu}.
     *
     * @throws GuestFault #GP(0) when it is not aligned
     */
    public long aligned128(Insn insn, boolean write) {
        return aligned(insn, 16, write);
    }

    /**
     * Linear address of a memory operand of some size that must be aligned to 16 bytes.
     *
     * @throws GuestFault #GP(0) when it is not aligned
     */
    public long aligned(Insn insn, int size, boolean write) {
        boolean based = !mode64 || insn.segment >= FS;
        long linear = (based ? segBase[insn.segment] : 0) + insn.effectiveAddress(this);
        if ((linear & 15) != 0) {
            throw GuestFault.gp(0);
        }
        return insn.linearAddress(this, size, write);
    }

    /** Register or memory by ModRM.rm, zero-extended. */
    public long readRm(Insn insn, int size) {
        return insn.mod == 3 ? reg(insn, insn.rm, size) : load(insn, size);
    }

    /** Register or memory by ModRM.rm. */
    public void writeRm(Insn insn, int size, long value) {
        if (insn.mod == 3) {
            setReg(insn, insn.rm, size, value);
        } else {
            store(insn, size, value);
        }
    }

    // --- segments ---

    /**
     * Linear address in a segment (SDM vol. 3, 6.3 and vol. 1, 3.3.7.1).
     *
     * @param segment index
     * @param offset cut to the address size
     * @param size bytes from there
     * @throws GuestFault #SS(0) for the stack segment, else #GP(0): limit, type, null selector or address not canonical
     */
    public long linear(int segment, long offset, int size, boolean write) {
        if (mode64) {
            long linear = segment >= FS ? segBase[segment] + offset : offset;
            if (linear << 16 >> 16 != linear || (linear + size - 1) << 16 >> 16 != linear + size - 1) {
                throw segmentFault(segment);
            }
            return linear;
        }
        int attr = segAttr[segment];
        long limit = segLimit[segment];
        long last = offset + size - 1;
        if (protectedMode) {
            // Code segments are readable with bit 1; data segments writable with bit 1, expand-down with bit 2.
            boolean code = (attr & 8) != 0;
            if ((attr & 0x80) == 0 || (write ? code || (attr & 2) == 0 : code && (attr & 2) == 0)) {
                throw segmentFault(segment);
            }
            if (!code && (attr & 4) != 0) {
                long top = (attr & 1 << 14) != 0 ? 0xFFFF_FFFFL : 0xFFFF;
                if (offset <= limit || last > top) {
                    throw segmentFault(segment);
                }
                return segBase[segment] + offset & 0xFFFF_FFFFL;
            }
        }
        if (last > limit && !(limit == 0xFFFF_FFFFL && offset <= limit)) {
            throw segmentFault(segment);
        }
        return segBase[segment] + offset & 0xFFFF_FFFFL;
    }

    private static GuestFault segmentFault(int segment) {
        return segment == SS ? GuestFault.of(GuestFault.SS, 0) : GuestFault.gp(0);
    }

    // --- the stack ---

    /** Pushes 2, 4 or 8 bytes; RSP is unchanged when it faults. */
    public void push(long value, int size) {
        long sp = r[RSP] - size & stackMask;
        mmu.store(linear(SS, sp, size, true), size, value);
        setStackPointer(sp);
    }

    /** Pops 2, 4 or 8 bytes, zero-extended; RSP is unchanged when it faults. */
    public long pop(int size) {
        long value = peek(0, size);
        setStackPointer(r[RSP] + size);
        return value;
    }

    /** Reads what lies some bytes above the top of stack, without popping. */
    public long peek(long offset, int size) {
        return mmu.load(linear(SS, r[RSP] + offset & stackMask, size, false), size);
    }

    /** Sets the part of RSP that the stack's size covers. */
    public void setStackPointer(long value) {
        r[RSP] = stackMask == 0xFFFF ? r[RSP] & ~0xFFFFL | value & 0xFFFF : value & stackMask;
    }

    // --- control transfer ---

    /**
     * Near transfer.
     *
     * @param target cut to the operand size here
     * @throws GuestFault #GP(0) beyond the limit of CS or not canonical; RIP is unchanged then
     */
    public void branch(Insn insn, long target) {
        rip = branchTarget(target, insn.operandSize);
    }

    /** Checks and cuts the target of a near transfer without going there: before pushing a return address. */
    public long branchTarget(long target, int operandSize) {
        if (operandSize == 2) {
            target &= 0xFFFF;
        } else if (operandSize == 4) {
            target &= 0xFFFF_FFFFL;
        }
        if (mode64 ? target << 16 >> 16 != target : target > segLimit[CS]) {
            throw GuestFault.gp(0);
        }
        return target;
    }

    // --- ports ---

    /** Reads a port under the machine lock, rights not checked; zero-extended. */
    public int readPort(int port, int size) {
        spin.reset();
        ReentrantLock lock = bus.machineLock();
        lock.lock();
        try {
            return (int) bus.ports().read(port & 0xFFFF, size);
        } finally {
            lock.unlock();
        }
    }

    /** Writes a port under the machine lock, rights not checked. */
    public void writePort(int port, int size, int value) {
        ReentrantLock lock = bus.machineLock();
        lock.lock();
        try {
            bus.ports().write(port & 0xFFFF, size, value);
        } finally {
            lock.unlock();
        }
    }
}
