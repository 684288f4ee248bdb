package org.margay.cpu.internal.mmu;

import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.system.DebugUnit;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * Memory by linear address: software TLB in front, page walk behind, registers of devices under the machine lock. Faults are
 * raised before anything is changed, also for accesses that cross a page. Confined to the vCPU's thread.
 */
public final class Mmu {
    private static final long PAGE = -4096L;
    private static final long CR0_AM = 1 << 18;

    /** A generation whose tags no entry has: their low 12 bits are 0, as only those of invalid entries are. */
    private static final long NEVER = 1 << 12;

    private static final int SUPERVISOR = 0, SUPERVISOR_AC = 1, USER = 2;

    private final CpuState cpu;
    private final CpuBus bus;
    private final PageWalker walker;
    private final PageWalker looker;
    private final Tlb[] tlbs = {new Tlb(), new Tlb(), new Tlb()};
    private CodeWatch codeWatch = (_, _, _) -> {};

    // The TLB in use, spread out for the fast path.
    private Tlb tlb = tlbs[SUPERVISOR];
    private long[] entries = tlb.entries;
    private long generation = tlb.generation;
    private boolean user;
    private boolean allowUserData = true;

    /** Alignment is checked (SDM vol. 3, 6.15, #AC): every access of the user's takes the slow path, where that is done. */
    private boolean strict;

    // Change with every event after which a linear address of code may mean another page; one is even, one is odd.
    private int localMapping = 2;
    private int globalMapping = 1;

    // What code was fetched from since the mappings changed: INVLPG elsewhere changes none.
    private final PageFilter localCode = new PageFilter();
    private final PageFilter globalCode = new PageFilter();
    private boolean codeIsGlobal;

    // Where translate() found the last page.
    private @Nullable GuestRam foundRam;
    private long foundOffset;
    private boolean foundReadOnly;

    public Mmu(CpuState cpu, CpuBus bus) {
        this.cpu = cpu;
        this.bus = bus;
        this.walker = new PageWalker(cpu, bus, false);
        looker = new PageWalker(cpu, bus, true);
    }

    public void setCodeWatch(CodeWatch watch) {
        codeWatch = watch;
    }

    public void setGigabytePages(boolean available) {
        walker.gigabytePages = available;
    }

    /** Changes whenever a linear address may have come to mean another page; never equal to {@link #globalMapping()}. */
    public int localMapping() {
        return localMapping;
    }

    /** Changes whenever a linear address that was in a global page may have come to mean another page. */
    public int globalMapping() {
        return globalMapping;
    }

    private void localMappingChanged() {
        localMapping += 2;
        localCode.clear();
    }

    private void mappingsChanged() {
        localMappingChanged();
        globalMapping += 2;
        globalCode.clear();
    }

    /** To be called after CPL, CR0.AM, CR4.SMAP or RFLAGS.AC changed. */
    public void privilegeChanged() {
        user = cpu.cpl == 3;
        allowUserData = (cpu.cr4 & PageWalker.CR4_SMAP) == 0 || (cpu.flags & LazyFlags.AC) != 0;
        strict = user && (cpu.cr0 & CR0_AM) != 0 && (cpu.flags & LazyFlags.AC) != 0;
        use(tlbs[user ? USER : allowUserData ? SUPERVISOR_AC : SUPERVISOR]);
    }

    private void use(Tlb next) {
        tlb = next;
        entries = next.entries;
        chooseGeneration();
    }

    private void chooseGeneration() {
        generation = checksAlignment() ? NEVER : tlb.generation;
    }

    /** Whether accesses are checked for alignment now. */
    public boolean checksAlignment() {
        return strict && user;
    }

    /**
     * Raises #AC when alignment is checked and an operand of 2, 4, 8 or 16 bytes is not aligned; other sizes are of areas, which
     * need no alignment of their own.
     */
    public void checkAlignment(long linear, int size) {
        if (checksAlignment() && (linear & size - 1) != 0 && size <= 16 && Integer.bitCount(size) == 1) {
            throw GuestFault.of(GuestFault.AC, 0);
        }
    }

    /** Forgets translations: all, or all but global ones. */
    public void flush(boolean keepGlobal) {
        for (Tlb each : tlbs) {
            if (keepGlobal) {
                each.flushLocal();
            } else {
                each.flushAll();
            }
        }
        chooseGeneration();
        if (keepGlobal) {
            localMappingChanged();
        } else {
            mappingsChanged();
        }
    }

    /** Forgets the translation of one page, global or not. */
    public void flushPage(long linear) {
        long address = truncate(linear);
        for (Tlb each : tlbs) {
            each.flushPage(address);
        }
        chooseGeneration();
        if (globalCode.mayHold(address)) {
            mappingsChanged();
        } else if (localCode.mayHold(address)) {
            localMappingChanged();
        }
    }

    /** Makes the fast path leave a page that now holds cached code. */
    public void protectCode(GuestRam ram, long offset) {
        ram.watch(offset, cpu.watchCode, true);
        dropWriteAccess(ram, offset);
    }

    /** Makes writes to a page take the slow path, which looks whether it is watched. */
    public void dropWriteAccess(GuestRam ram, long offset) {
        long host = ram.hostAddress() + (offset & PAGE);
        for (Tlb each : tlbs) {
            each.protect(host);
        }
    }

    /** The TLB in use, for {@link FastAccess}; to be asked for again after whatever may change mode or mappings. */
    public long[] entries() {
        return entries;
    }

    /** What the low bits of the TLB's tags are now. */
    public long generation() {
        return generation;
    }

    // --- loads: the right to read is checked for the current CPL ---

    /** Zero-extended. */
    public int load8(long linear) {
        int entry = Tlb.index(linear);
        return entries[entry] == (linear & PAGE | generation)
                ? HostAccess.getByte(linear + entries[entry + Tlb.ADDEND]) & 0xFF
                : (int) loadSlowly(linear, 1);
    }

    /** Zero-extended. */
    public int load16(long linear) {
        int entry = Tlb.index(linear);
        return entries[entry] == (linear + 1 & PAGE | generation)
                ? HostAccess.getShort(linear + entries[entry + Tlb.ADDEND]) & 0xFFFF
                : (int) loadSlowly(linear, 2);
    }

    public int load32(long linear) {
        int entry = Tlb.index(linear);
        return entries[entry] == (linear + 3 & PAGE | generation)
                ? HostAccess.getInt(linear + entries[entry + Tlb.ADDEND])
                : (int) loadSlowly(linear, 4);
    }

    public long load64(long linear) {
        int entry = Tlb.index(linear);
        return entries[entry] == (linear + 7 & PAGE | generation)
                ? HostAccess.getLong(linear + entries[entry + Tlb.ADDEND])
                : loadSlowly(linear, 8);
    }

    /** Zero-extended; size 1, 2, 4 or 8. */
    public long load(long linear, int size) {
        return switch (size) {
            case 1 -> load8(linear);
            case 2 -> load16(linear);
            case 4 -> load32(linear) & 0xFFFF_FFFFL;
            default -> load64(linear);
        };
    }

    // --- stores ---

    /** Writes the low byte. */
    public void store8(long linear, int value) {
        int entry = Tlb.index(linear);
        if (entries[entry + Tlb.WRITE] == (linear & PAGE | generation)) {
            HostAccess.setByte(linear + entries[entry + Tlb.ADDEND], (byte) value);
        } else {
            storeSlowly(linear, 1, value);
        }
    }

    /** Writes the low 16 bits. */
    public void store16(long linear, int value) {
        int entry = Tlb.index(linear);
        if (entries[entry + Tlb.WRITE] == (linear + 1 & PAGE | generation)) {
            HostAccess.setShort(linear + entries[entry + Tlb.ADDEND], (short) value);
        } else {
            storeSlowly(linear, 2, value);
        }
    }

    public void store32(long linear, int value) {
        int entry = Tlb.index(linear);
        if (entries[entry + Tlb.WRITE] == (linear + 3 & PAGE | generation)) {
            HostAccess.setInt(linear + entries[entry + Tlb.ADDEND], value);
        } else {
            storeSlowly(linear, 4, value);
        }
    }

    public void store64(long linear, long value) {
        int entry = Tlb.index(linear);
        if (entries[entry + Tlb.WRITE] == (linear + 7 & PAGE | generation)) {
            HostAccess.setLong(linear + entries[entry + Tlb.ADDEND], value);
        } else {
            storeSlowly(linear, 8, value);
        }
    }

    /** Writes the low bytes; size 1, 2, 4 or 8. */
    public void store(long linear, int size, long value) {
        switch (size) {
            case 1 -> store8(linear, (int) value);
            case 2 -> store16(linear, (int) value);
            case 4 -> store32(linear, (int) value);
            default -> store64(linear, value);
        }
    }

    /** Writes 16 bytes, or raises a fault with none written. */
    public void store128(long linear, long low, long high) {
        checkWrite(linear, 16);
        store64(linear, low);
        store64(linear + 8, high);
    }

    // --- rights without access ---

    /** Raises the fault that a write of some bytes would raise: before a read-modify-write, or a store in several parts. */
    public void checkWrite(long linear, int size) {
        check(linear, size, true);
    }

    /** Raises the fault that a read of some bytes would raise. */
    public void checkRead(long linear, int size) {
        check(linear, size, false);
    }

    private void check(long linear, int size, boolean write) {
        checkAlignment(linear, size);
        long last = linear + size - 1;
        int tagAt = write ? Tlb.WRITE : Tlb.READ;
        for (long page = linear & PAGE; ; page += 4096) {
            if (entries[Tlb.index(page) + tagAt] != (page | generation)) {
                translate(Math.max(page, linear), write, user, allowUserData);
            }
            if (page == (last & PAGE)) {
                return;
            }
        }
    }

    /**
     * Host address for reading and writing some bytes directly, the fast path's way.
     *
     * @return 0 when the bytes cross a page, or are no RAM, or hold cached code, or alignment is checked
     * @throws GuestFault as a write would
     */
    public long hostForWrite(long linear, int size) {
        if ((linear & 0xFFF) + size > 4096 || generation == NEVER) {
            return 0;
        }
        int entry = Tlb.index(linear);
        if (entries[entry + Tlb.WRITE] != (linear & PAGE | generation)) {
            translate(linear, true, user, allowUserData);
            if (entries[entry + Tlb.WRITE] != (linear & PAGE | generation)) {
                return 0;
            }
        }
        return linear + entries[entry + Tlb.ADDEND];
    }

    /**
     * Host address for reading some bytes of one page directly.
     *
     * @return 0 when the bytes cross a page or are no RAM, or alignment is checked
     * @throws GuestFault as a read would
     */
    public long hostForRead(long linear, int size) {
        if ((linear & 0xFFF) + size > 4096 || generation == NEVER) {
            return 0;
        }
        int entry = Tlb.index(linear);
        if (entries[entry] != (linear & PAGE | generation)) {
            translate(linear, false, user, allowUserData);
            if (entries[entry] != (linear & PAGE | generation)) {
                return 0;
            }
        }
        return linear + entries[entry + Tlb.ADDEND];
    }

    // --- system accesses: descriptor tables, task state segments; supervisor rights whatever the CPL ---

    public int loadSystem8(long linear) {
        return (int) loadSystem(linear, 1);
    }

    public int loadSystem16(long linear) {
        return (int) loadSystem(linear, 2);
    }

    public int loadSystem32(long linear) {
        return (int) loadSystem(linear, 4);
    }

    public long loadSystem64(long linear) {
        return loadSystem(linear, 8);
    }

    /** Zero-extended; size 1, 2, 4 or 8. */
    public long loadSystem(long linear, int size) {
        Tlb before = enterSystem();
        try {
            return load(linear, size);
        } finally {
            leaveSystem(before);
        }
    }

    public void storeSystem(long linear, int size, long value) {
        Tlb before = enterSystem();
        try {
            store(linear, size, value);
        } finally {
            leaveSystem(before);
        }
    }

    /** Raises the fault that a system write would raise. */
    public void checkSystemWrite(long linear, int size) {
        Tlb before = enterSystem();
        try {
            checkWrite(linear, size);
        } finally {
            leaveSystem(before);
        }
    }

    private Tlb enterSystem() {
        Tlb before = tlb;
        boolean smap = (cpu.cr4 & PageWalker.CR4_SMAP) != 0;
        user = false;
        allowUserData = !smap;
        use(tlbs[smap ? SUPERVISOR : SUPERVISOR_AC]);
        return before;
    }

    private void leaveSystem(Tlb before) {
        user = before == tlbs[USER];
        allowUserData = before == tlbs[SUPERVISOR_AC] || user;
        use(before);
    }

    /**
     * Guest-physical address of code. What is found holds until {@link #globalMapping()} changes if
     * {@link #codeIsGlobal()}, else until {@link #localMapping()} does.
     *
     * @throws GuestFault #PF, or #GP(0) for an address that is not canonical
     */
    public long translateCode(long linear) {
        return translateCode(linear, walker);
    }

    /**
     * The same for code that may never run: changes no accessed bits.
     *
     * @return guest-physical address, or -1 when it was not accessed yet
     */
    public long peekCode(long linear) {
        looker.gigabytePages = walker.gigabytePages;
        looker.a20Mask = walker.a20Mask;
        long physical = translateCode(linear, looker);
        return looker.accessed ? physical : -1;
    }

    private long translateCode(long linear, PageWalker by) {
        checkCanonical(linear);
        long address = truncate(linear);
        by.walk(address, false, cpu.cpl == 3, true, true);
        (by.global ? globalCode : localCode).add(address, by.large, by.huge);
        codeIsGlobal = by.global;
        return by.physical;
    }

    /** Whether the last {@link #translateCode} ended in a global page. */
    public boolean codeIsGlobal() {
        return codeIsGlobal;
    }

    /** Guest-physical address that debuggers see, or nothing when none is mapped. Changes nothing; any thread. */
    public OptionalLong translateDebug(long linear) {
        PageWalker looker = new PageWalker(cpu, bus, true);
        looker.gigabytePages = walker.gigabytePages;
        looker.a20Mask = walker.a20Mask;
        try {
            looker.walk(truncate(linear), false, false, false, true);
            return OptionalLong.of(looker.physical);
        } catch (GuestFault e) {
            return OptionalLong.empty();
        }
    }

    /** The A20 gate: closed, it masks bit 20 of physical addresses. A {@link #flush} must follow. Any thread. */
    public void setA20(boolean open) {
        walker.a20Mask = open ? -1 : ~(1L << 20);
    }

    // --- slow path ---

    private long truncate(long linear) {
        return (cpu.efer & PageWalker.EFER_LMA) != 0 ? linear : linear & 0xFFFF_FFFFL;
    }

    private void checkCanonical(long linear) {
        if ((cpu.efer & PageWalker.EFER_LMA) != 0 && linear << 16 >> 16 != linear) {
            throw GuestFault.NOT_CANONICAL;
        }
    }

    /** Walks, fills the TLB, leaves RAM and offset (or null) in the found fields; returns the physical address. */
    private long translate(long linear, boolean write, boolean asUser, boolean userData) {
        checkCanonical(linear);
        long address = truncate(linear);
        walker.walk(address, write, asUser, false, userData);
        long physical = walker.physical;
        long page = physical & PAGE;
        FlatView.Range range = bus.memory().view().find(physical);
        GuestRam ram = range == null ? null : range.ram();
        foundRam = ram;
        if (range == null || ram == null) {
            return physical;
        }
        foundOffset = range.ramOffset() + physical - range.start();
        foundReadOnly = range.readOnly();
        boolean debugged = DebugUnit.isArmed(cpu) && DebugUnit.watchesPage(cpu, linear)
                || cpu.outside.watches() && cpu.outside.watchesPage(linear & PAGE);
        if (page < range.start() || page + 4096 > range.end() || address != linear || debugged) {
            // Shared by several regions, watched by a breakpoint, or an address that wrapped: no way to cache it.
            return physical;
        }
        long host = ram.hostAddress() + foundOffset - (physical & 0xFFF);
        boolean writable = walker.writableNow && !foundReadOnly;
        boolean watched = ram.watch(foundOffset) != 0;
        tlb.insert(linear & PAGE, writable && !watched, host - (linear & PAGE), host, walker.global);
        if (walker.large) {
            tlb.isLarge(linear, walker.huge);
        }
        return physical;
    }

    private long loadSlowly(long linear, int size) {
        checkAlignment(linear, size);
        int within = (int) (linear & 0xFFF);
        if (within + size > 4096) {
            int first = 4096 - within;
            translate(linear, false, user, allowUserData);
            translate(linear + first, false, user, allowUserData);
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (long) load8(linear + i) << (8 * i);
            }
            return value;
        }
        long physical = translate(linear, false, user, allowUserData);
        noteAccess(linear, size, false);
        return foundRam != null && foundOffset + size <= foundRam.size()
                ? foundRam.get(foundOffset, size)
                : readRegisters(physical, size);
    }

    private void noteAccess(long linear, int size, boolean write) {
        if (DebugUnit.isArmed(cpu)) {
            DebugUnit.noteAccess(cpu, linear, size, write);
        }
        if (cpu.outside.watches()) {
            cpu.outside.noteAccess(linear, size, write);
        }
    }

    private void storeSlowly(long linear, int size, long value) {
        checkAlignment(linear, size);
        int within = (int) (linear & 0xFFF);
        if (within + size > 4096) {
            int first = 4096 - within;
            translate(linear, true, user, allowUserData);
            translate(linear + first, true, user, allowUserData);
            for (int i = 0; i < size; i++) {
                store8(linear + i, (int) (value >>> (8 * i)));
            }
            return;
        }
        long physical = translate(linear, true, user, allowUserData);
        noteAccess(linear, size, true);
        GuestRam ram = foundRam;
        if (ram == null || foundReadOnly || foundOffset + size > ram.size()) {
            writeRegisters(physical, size, value);
            return;
        }
        long offset = foundOffset;
        int watched = ram.watch(offset);
        if ((watched & cpu.watchCode) != 0) {
            codeWatch.written(ram, offset, size);
        }
        HostAccess.set(ram.hostAddress() + offset, size, value);
        if ((watched & ~cpu.watchCode) != 0) {
            // Other processors have code there: they are told after the write, so that they decode what is there now.
            ram.noteWrite(offset, size);
        }
    }

    private long readRegisters(long physical, int size) {
        ReentrantLock lock = bus.machineLock();
        lock.lock();
        try {
            return bus.memory().read(physical, size);
        } finally {
            lock.unlock();
        }
    }

    private void writeRegisters(long physical, int size, long value) {
        ReentrantLock lock = bus.machineLock();
        lock.lock();
        try {
            bus.memory().write(physical, size, value);
        } finally {
            lock.unlock();
        }
    }
}
