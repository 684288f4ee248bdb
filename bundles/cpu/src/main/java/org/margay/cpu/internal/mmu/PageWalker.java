package org.margay.cpu.internal.mmu;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * Walks the page tables (SDM vol. 3, chapter 5 "Paging"): 32-bit with 4 MiB pages and PSE-36, PAE, and 4-level. Accessed
 * and dirty bits are set atomically in the guest's memory. The result of the last walk is in the fields.
 */
final class PageWalker {
    static final long CR0_WP = 1 << 16, CR0_PG = 1L << 31;
    static final long CR4_PSE = 1 << 4, CR4_PAE = 1 << 5, CR4_PGE = 1 << 7, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21;
    static final long EFER_LMA = 1 << 10, EFER_NXE = 1 << 11;

    /** Error code bits of #PF. */
    static final int PF_PRESENT = 1, PF_WRITE = 2, PF_USER = 4, PF_RESERVED = 8, PF_FETCH = 16;

    private static final long PRESENT = 1, WRITABLE = 2, USER = 4, ACCESSED = 0x20, DIRTY = 0x40, LARGE = 0x80;
    private static final long GLOBAL = 0x100, NX = 1L << 63;

    /** Physical addresses have 40 bits, as CPUID 8000_0008 says. */
    static final int PHYSICAL_BITS = 40;

    private static final long FRAME = (1L << PHYSICAL_BITS) - 0x1000;

    /** Ignored by 4-level paging, reserved by PAE paging (SDM vol. 3, tables 4-9 to 4-11). */
    private static final long RESERVED_LEGACY = 0x7FF0_0000_0000_0000L;

    private static final long RESERVED_ADDRESS = ((1L << 52) - 1) & ~((1L << PHYSICAL_BITS) - 1);

    private final CpuState cpu;
    private final CpuBus bus;

    /** Sets no accessed and dirty bits. */
    private final boolean passive;

    /** All ones, or all but bit 20 while the A20 gate is closed. */
    volatile long a20Mask = -1;

    /** 1 GiB pages exist; otherwise PS in a PDPTE is reserved. */
    boolean gigabytePages = true;

    /** Of the last walk: physical address, whether writes need no further check, global, larger than 4 KiB. */
    long physical;

    boolean writableNow;
    boolean global;
    boolean large;

    /** Of 1 GiB. */
    boolean huge;

    /** Of a passive walk: whether all accessed bits were set. */
    boolean accessed;

    // The walk in progress.
    private long linear;
    private boolean write;
    private boolean user;
    private boolean fetch;
    private int baseCode;

    PageWalker(CpuState cpu, CpuBus bus, boolean passive) {
        this.cpu = cpu;
        this.bus = bus;
        this.passive = passive;
    }

    /**
     * Translates one address.
     *
     * @param linear canonical
     * @param user rights of CPL 3
     * @param allowUserData supervisor accesses to user pages are allowed though SMAP is on (RFLAGS.AC is set)
     * @throws GuestFault #PF
     */
    void walk(long linear, boolean write, boolean user, boolean fetch, boolean allowUserData) {
        accessed = true;
        if ((cpu.cr0 & CR0_PG) == 0) {
            physical = linear & 0xFFFF_FFFFL & a20Mask;
            writableNow = true;
            global = true;
            large = false;
            huge = false;
            return;
        }
        this.linear = linear;
        this.write = write;
        this.user = user;
        this.fetch = fetch;
        boolean nxe = (cpu.efer & EFER_NXE) != 0 && (cpu.cr4 & CR4_PAE) != 0;
        baseCode = (write ? PF_WRITE : 0)
                | (user ? PF_USER : 0)
                | (fetch && (nxe || (cpu.cr4 & CR4_SMEP) != 0) ? PF_FETCH : 0);
        while (true) {
            try {
                if ((cpu.cr4 & CR4_PAE) == 0) {
                    walk32(allowUserData);
                } else {
                    walk64(nxe, allowUserData);
                }
                return;
            } catch (Changed _) {
                // Once more, with what is there now.
            }
        }
    }

    private void walk32(boolean allowUserData) {
        long directoryAt = (cpu.cr3 & 0xFFFF_F000L) | (linear >>> 20 & 0xFFC);
        long directory = read4(directoryAt);
        if ((directory & PRESENT) == 0) {
            throw fault(0);
        }
        if ((directory & LARGE) != 0 && (cpu.cr4 & CR4_PSE) != 0) {
            // PSE-36: bits 13-20 are address bits 32-39, bit 21 is reserved.
            if ((directory & 1 << 21) != 0) {
                throw fault(PF_PRESENT | PF_RESERVED);
            }
            check(directory & (WRITABLE | USER), allowUserData);
            directory = mark4(directoryAt, directory, write ? ACCESSED | DIRTY : ACCESSED);
            finish(
                    directory,
                    (directory & 0xFFC0_0000L) | (directory & 0x1F_E000L) << 19 | linear & 0x3F_FFFF,
                    directory,
                    true);
            huge = false;
            return;
        }
        long tableAt = (directory & 0xFFFF_F000L) | (linear >>> 10 & 0xFFC);
        long table = read4(tableAt);
        if ((table & PRESENT) == 0) {
            throw fault(0);
        }
        long rights = directory & table & (WRITABLE | USER);
        check(rights, allowUserData);
        mark4(directoryAt, directory, ACCESSED);
        table = mark4(tableAt, table, write ? ACCESSED | DIRTY : ACCESSED);
        finish(table, (table & 0xFFFF_F000L) | linear & 0xFFF, rights, false);
        huge = false;
    }

    private void walk64(boolean nxe, boolean allowUserData) {
        boolean longMode = (cpu.efer & EFER_LMA) != 0;
        long reserved = RESERVED_ADDRESS | (nxe ? 0 : NX) | (longMode ? 0 : RESERVED_LEGACY);
        long rights = WRITABLE | USER;
        long denied = 0;
        long table;
        int level;
        if (longMode) {
            table = cpu.cr3 & FRAME;
            level = 4;
        } else {
            long pointer = read8((cpu.cr3 & 0xFFFF_FFE0L) | (linear >>> 27 & 0x18));
            if ((pointer & PRESENT) == 0) {
                throw fault(0);
            }
            table = pointer & FRAME;
            level = 2;
        }
        // Accessed bits of the upper levels may be set before the leaf is checked: SDM vol. 3, 5.8 allows it.
        while (true) {
            int shift = 3 + 9 * level;
            long at = table | (linear >>> shift & 0x1FF) << 3;
            long entry = read8(at);
            if ((entry & PRESENT) == 0) {
                throw fault(0);
            }
            boolean leaf = level == 1 || (entry & LARGE) != 0 && level < 4;
            long mustBeZero = reserved;
            if ((entry & LARGE) != 0 && (level == 4 || level == 3 && !gigabytePages)) {
                mustBeZero |= LARGE;
            } else if (leaf && level > 1) {
                mustBeZero |= (1L << shift) - 1 & ~0x1FFFL;
            }
            if ((entry & mustBeZero) != 0) {
                throw fault(PF_PRESENT | PF_RESERVED);
            }
            rights &= entry;
            denied |= entry & NX;
            if (leaf) {
                if (fetch && denied != 0) {
                    throw fault(PF_PRESENT);
                }
                check(rights, allowUserData);
                entry = mark8(at, entry, write ? ACCESSED | DIRTY : ACCESSED);
                long within = (1L << shift) - 1;
                finish(entry, entry & FRAME & ~within | linear & within, rights, level > 1);
                huge = level > 2;
                return;
            }
            mark8(at, entry, ACCESSED);
            table = entry & FRAME;
            level--;
        }
    }

    /** Rights (SDM vol. 3, 5.6). */
    private void check(long rights, boolean allowUserData) {
        boolean userPage = (rights & USER) != 0;
        boolean writable = (rights & WRITABLE) != 0;
        if (user) {
            if (!userPage || write && !writable) {
                throw fault(PF_PRESENT);
            }
            return;
        }
        if (userPage && (fetch ? (cpu.cr4 & CR4_SMEP) != 0 : !allowUserData && (cpu.cr4 & CR4_SMAP) != 0)) {
            throw fault(PF_PRESENT);
        }
        if (write && !writable && (cpu.cr0 & CR0_WP) != 0) {
            throw fault(PF_PRESENT);
        }
    }

    private void finish(long leaf, long address, long rights, boolean isLarge) {
        physical = address & a20Mask;
        boolean mayWrite = (rights & WRITABLE) != 0 || !user && (cpu.cr0 & CR0_WP) == 0;
        writableNow = mayWrite && (leaf & DIRTY) != 0;
        global = (leaf & GLOBAL) != 0 && (cpu.cr4 & CR4_PGE) != 0;
        large = isLarge;
    }

    private GuestFault fault(int bits) {
        return GuestFault.page(linear, baseCode | bits);
    }

    /** Host address of a guest-physical one that is RAM, or 0. */
    private long host(long unmasked, int size) {
        long address = unmasked & a20Mask;
        FlatView.Range range = bus.memory().view().find(address);
        if (range == null || range.end() - address < size) {
            return 0;
        }
        GuestRam ram = range.ram();
        return ram == null ? 0 : ram.hostAddress() + range.ramOffset() + address - range.start();
    }

    private long read4(long at) {
        long host = host(at, 4);
        return host != 0 ? HostAccess.getInt(host) & 0xFFFF_FFFFL : readSlowly(at, 4);
    }

    private long read8(long at) {
        long host = host(at, 8);
        return host != 0 ? HostAccess.getLong(host) : readSlowly(at, 8);
    }

    private long readSlowly(long at, int size) {
        ReentrantLock lock = bus.machineLock();
        lock.lock();
        try {
            return bus.memory().read(at & a20Mask, size);
        } finally {
            lock.unlock();
        }
    }

    /** Another processor has changed an entry since it was read. */
    private static final class Changed extends RuntimeException {
        private static final Changed INSTANCE = new Changed();

        private Changed() {
            super(null, null, false, false);
        }
    }

    /**
     * Sets bits of an entry that was seen with some value; returns the value now. When it has another value meanwhile, the walk begins anew:
     * a page that was just unmapped must not be written to as if its dirty bit had been set.
     */
    private long mark8(long at, long seen, long bits) {
        return passive ? look(seen) : (seen & bits) == bits ? seen : mark(at, seen, bits, 8);
    }

    private long mark4(long at, long seen, long bits) {
        return passive ? look(seen) : (seen & bits) == bits ? seen : mark(at, seen, bits, 4);
    }

    private long look(long seen) {
        accessed &= (seen & ACCESSED) != 0;
        return seen;
    }

    private long mark(long unmasked, long seen, long bits, int size) {
        long at = unmasked & a20Mask;
        FlatView.Range range = bus.memory().view().find(at);
        GuestRam ram = range == null || range.readOnly() || range.end() - at < size ? null : range.ram();
        if (range == null || ram == null) {
            // Tables in ROM or registers: the bus drops the write, and the walk goes on as if it had been done.
            return seen | bits;
        }
        long offset = range.ramOffset() + at - range.start();
        boolean done = HostAccess.compareAndSet(ram.hostAddress() + offset, size, seen, seen | bits);
        if (!done) {
            throw Changed.INSTANCE;
        }
        ram.noteWrite(offset, size);
        return seen | bits;
    }
}
