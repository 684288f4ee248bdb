package org.margay.cpu.internal.interp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * Finds the block for where a processor stands: by RIP in a direct-mapped jump cache, else by physical address, else it is
 * decoded. Keeps blocks true to memory: the processor's own writes arrive at once, other threads' writes through a queue.
 */
final class BlockCache {
    private static final int JUMP_ENTRIES = 1 << 15;
    private static final int FETCH_ENTRIES = 1 << 10;

    /**
     * Decoded instructions kept, some 100 bytes each, by all processors together: beyond, all of one are thrown away and those in use
     * come back.
     */
    private static final int MAX_INSTRUCTIONS = 600_000;

    private static final int MAX_PAGES = 1 << 14;

    /** A page whose code is to go, by its first byte. */
    private record Written(GuestRam ram, long offset) {}

    private final Cpu cpu;
    private final BlockBuilder builder;
    private final @Nullable Block[] jumps = new Block[JUMP_ENTRIES];
    private final @Nullable Fetched[] fetches = new Fetched[FETCH_ENTRIES];
    private final Map<Long, CodePage> pages = new HashMap<>();
    private final ConcurrentLinkedQueue<Written> writtenElsewhere = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread owner;
    private @Nullable CodeSharing sharing;

    /** A page of which another processor has code now. */
    private record Guarded(GuestRam ram, long offset, BlockCache by) {}

    private final Set<Guarded> toGuard = ConcurrentHashMap.newKeySet();

    /** Pages of which another processor has said that it guards them from now on. */
    private final ConcurrentLinkedQueue<Guarded> guarded = new ConcurrentLinkedQueue<>();

    private @Nullable Promoter promoter;
    private boolean lastGlobal;

    /** Decoded since all were thrown away last; those that died since are not taken off. */
    private int instructions;

    BlockCache(Cpu cpu) {
        this.cpu = cpu;
        this.builder = new BlockBuilder(cpu, this);
        cpu.mmu.setCodeWatch(this::written);
    }

    /** Other processors run on the same memory. Before this one runs. */
    void share(CodeSharing others) {
        sharing = others;
        others.join(this);
    }

    /** The thread whose writes need no queue. */
    void ownedBy(Thread thread) {
        owner = thread;
    }

    private int processors() {
        return sharing == null ? 1 : sharing.processors();
    }

    /** Whether its processor ever ran: until then no mapping of its can be stale. */
    boolean everRan() {
        return owner != null;
    }

    /**
     * The block at CS:RIP.
     *
     * @param single with one instruction only
     * @throws org.margay.cpu.internal.debug.DebugStopException when a debugger has a breakpoint there
     * @throws org.margay.cpu.internal.GuestFault what fetching or decoding raises
     */
    Block find(boolean single) {
        long rip = cpu.rip;
        if (cpu.outside.breaks()) {
            cpu.outside.checkExecute(linear(rip));
        }
        long key = single ? cpu.modeKey() | 1 : cpu.modeKey();
        int slot = (int) (rip ^ rip >>> 15) & JUMP_ENTRIES - 1;
        Block block = jumps[slot];
        if (block != null && block.rip == rip && block.key == key && isCurrent(block.mapping)) {
            return block;
        }
        block = findSlowly(rip, key, single);
        if (block.page != null) {
            jumps[slot] = block;
        }
        return block;
    }

    boolean isCurrent(int mapping) {
        return mapping == cpu.mmu.globalMapping() || mapping == cpu.mmu.localMapping();
    }

    private long linear(long rip) {
        return cpu.isMode64() ? rip : cpu.segBase[CpuState.CS] + rip & 0xFFFF_FFFFL;
    }

    private Block findSlowly(long rip, long key, boolean single) {
        long linear = linear(rip);
        Fetched fetched = fetch(linear);
        CodePage page = fetched.page;
        int start = (int) linear & GuestRam.PAGE_SIZE - 1;
        if (page != null) {
            Block block = page.find(start, rip, key);
            if (block != null && secondPageHolds(block, linear)) {
                block.mapping = block.secondPage == null ? fetched.mapping : cpu.mmu.localMapping();
                return block;
            }
        }
        if (instructions >= MAX_INSTRUCTIONS / processors() || pages.size() >= MAX_PAGES) {
            forgetAll();
            page = page(fetched.physicalPage);
        }
        Block block = builder.build(linear, fetched.physicalPage | start, page, single);
        block.mapping = block.end > GuestRam.PAGE_SIZE ? cpu.mmu.localMapping() : fetched.mapping;
        return block;
    }

    /** Whether a block that reaches into a second page still finds it there. */
    private boolean secondPageHolds(Block block, long linear) {
        return block.secondPage == null || block.secondPage == fetch((linear | GuestRam.PAGE_SIZE - 1) + 1).page;
    }

    /** Where a page of code was found, and how long that holds. */
    private record Fetched(
            long linearPage,
            boolean user,
            int mapping,
            long physicalPage,
            @Nullable CodePage page) {}

    private Fetched fetch(long linear) {
        Fetched known = known(linear);
        return known != null ? known : keep(linear, cpu.mmu.translateCode(linear));
    }

    private @Nullable Fetched known(long linear) {
        long linearPage = linear & -GuestRam.PAGE_SIZE;
        boolean user = cpu.cpl == 3;
        Fetched known = fetches[slot(linearPage)];
        if (known != null && known.linearPage == linearPage && known.user == user && isCurrent(known.mapping)) {
            return known;
        }
        return null;
    }

    private Fetched keep(long linear, long physical) {
        int mapping = cpu.mmu.codeIsGlobal() ? cpu.mmu.globalMapping() : cpu.mmu.localMapping();
        long linearPage = linear & -GuestRam.PAGE_SIZE;
        Fetched found = new Fetched(linearPage, cpu.cpl == 3, mapping, physical & -GuestRam.PAGE_SIZE, page(physical));
        fetches[slot(linearPage)] = found;
        return found;
    }

    private static int slot(long linearPage) {
        return (int) (linearPage >>> 12) & FETCH_ENTRIES - 1;
    }

    /**
     * The page of code at a linear address, which may never run; null when it is in odd memory.
     *
     * @throws org.margay.cpu.internal.GuestFault what fetching raises
     */
    @Nullable
    CodePage pageOfCode(long linear) {
        Fetched fetched = cpu.counted ? peek(linear) : fetch(linear);
        if (fetched == null) {
            return null;
        }
        lastGlobal = fetched.mapping == cpu.mmu.globalMapping();
        return fetched.page;
    }

    /** Without setting accessed bits, so that what is translated makes no difference in memory; null when they are not set yet. */
    private @Nullable Fetched peek(long linear) {
        Fetched known = known(linear);
        if (known != null) {
            return known;
        }
        long physical = cpu.mmu.peekCode(linear);
        return physical < 0 ? null : keep(linear, physical);
    }

    /** Whether the last {@link #pageOfCode} was found in a global page. */
    boolean lastPageWasGlobal() {
        return lastGlobal;
    }

    /** The mapping in which what was found now holds. */
    int mapping(boolean global) {
        return global ? cpu.mmu.globalMapping() : cpu.mmu.localMapping();
    }

    /** Offers blocks that run often to a translator. Before the first one runs. */
    void promoteTo(Promoter translator) {
        promoter = translator;
    }

    /** How often a block runs until it has run so many instructions. */
    private static int runsUpTo(int instructions, Block block) {
        return Math.ceilDiv(instructions, block.instructions);
    }

    /** A block ran as often as it must for that. */
    void hot(Block block) {
        int runs = block.promoteAt;
        block.promoteAt = Integer.MAX_VALUE;
        boolean flat = cpu.isMode64() || cpu.isFlat() && cpu.segBase[CpuState.CS] == 0;
        if (promoter == null || block.page == null || !flat) {
            return;
        }
        long spent = (long) block.heat * block.instructions >> block.page.patience();
        if (spent < promoter.threshold() || !promoter.hasTimeFor(spent)) {
            block.promoteAt = block.heat + runsUpTo(promoter.threshold(), block);
            return;
        }
        CodeView view = new CodeView(this, cpu);
        Region region = promoter.promote(view, block.rip);
        if (region != null) {
            region.install(block, runs, view.parts(), this);
        }
    }

    /** The page of code at a guest-physical address; null when that is no whole page of RAM or ROM. */
    @Nullable
    CodePage page(long physical) {
        FlatView.Range range = cpu.bus.memory().view().find(physical);
        GuestRam ram = range == null ? null : range.ram();
        if (range == null || ram == null) {
            return null;
        }
        long pageStart = physical & -GuestRam.PAGE_SIZE;
        long offset = range.ramOffset() + pageStart - range.start();
        if (pageStart < range.start()
                || pageStart + GuestRam.PAGE_SIZE > range.end()
                || offset % GuestRam.PAGE_SIZE != 0) {
            return null;
        }
        return pages.computeIfAbsent(key(ram, offset), _ -> new CodePage(ram, offset));
    }

    /** Of a page in {@link #pages}: its address in the host, turned so that what differs counts in a hash table. */
    private static long key(GuestRam ram, long offset) {
        return Long.rotateRight(ram.hostAddress() + offset, 12);
    }

    void add(Block block) {
        if (block.page != null) {
            if (promoter != null && (block.key & 1) == 0) {
                block.promoteAt = runsUpTo(promoter.threshold(), block);
            }
            instructions += block.ops.length;
            watch(block.page);
            block.page.add(block);
            if (block.secondPage != null) {
                watch(block.secondPage);
                block.secondPage.add(block);
            }
        }
    }

    void watch(CodePage page) {
        if ((page.ram.watch(page.offset) & cpu.watchCode) == 0) {
            cpu.mmu.protectCode(page.ram, page.offset);
            if (sharing != null) {
                sharing.guard(page.ram, page.offset, this);
            }
        }
    }

    /** Bytes of a watched page change, by this processor's doing. */
    private void written(GuestRam ram, long offset, long length) {
        long end = offset + length;
        for (long at = offset & -GuestRam.PAGE_SIZE; at < end; at += GuestRam.PAGE_SIZE) {
            CodePage page = pages.get(key(ram, at));
            if (page != null) {
                page.written((int) Math.max(offset - at, 0), (int) Math.min(end - at, GuestRam.PAGE_SIZE));
                if (page.isEmpty()) {
                    pages.remove(key(ram, at));
                    ram.watch(at, cpu.watchCode, false);
                    Arrays.fill(fetches, null);
                }
            }
        }
    }

    /** Bytes of a watched page have changed, by whatever thread's doing. */
    void writtenByAnyone(GuestRam ram, long offset, long length) {
        if (Thread.currentThread() == owner) {
            written(ram, offset, length);
        } else {
            writtenElsewhere(ram, offset, offset + length);
        }
    }

    /**
     * Another processor has code of a page: this one is to write there by the slow path. Until it does, the other may have missed a
     * write, and so decodes the page once more then. Any thread.
     */
    void guard(GuestRam ram, long offset, BlockCache by) {
        toGuard.add(new Guarded(ram, offset, by));
        cpu.request(Cpu.REQUEST_CODE_WRITTEN);
    }

    /**
     * By another thread. Each page is queued once, and not watched any more: all of its code goes, however often it is written before this
     * processor, which may sleep, comes to it.
     */
    private void writtenElsewhere(GuestRam ram, long start, long end) {
        for (long at = start & -GuestRam.PAGE_SIZE; at < end; at += GuestRam.PAGE_SIZE) {
            if ((ram.watch(at, cpu.watchCode, false) & cpu.watchCode) != 0) {
                writtenElsewhere.add(new Written(ram, at));
                cpu.request(Cpu.REQUEST_CODE_WRITTEN);
            }
        }
    }

    private void isGuarded(Guarded page) {
        guarded.add(page);
        cpu.request(Cpu.REQUEST_CODE_WRITTEN);
    }

    /** Does what the queues ask for. */
    void catchUp() {
        cpu.clearRequest(Cpu.REQUEST_CODE_WRITTEN);
        for (Guarded page : toGuard) {
            toGuard.remove(page);
            cpu.mmu.dropWriteAccess(page.ram, page.offset);
            page.by.isGuarded(page);
        }
        for (Guarded page = guarded.poll(); page != null; page = guarded.poll()) {
            // It stays watched: or it would be guarded anew with its next block, and so on for ever.
            CodePage code = pages.get(key(page.ram, page.offset));
            if (code != null) {
                code.written(0, GuestRam.PAGE_SIZE);
            }
        }
        for (Written event = writtenElsewhere.poll(); event != null; event = writtenElsewhere.poll()) {
            written(event.ram, event.offset, GuestRam.PAGE_SIZE);
        }
    }

    /** Throws all blocks away. */
    void forgetAll() {
        for (CodePage page : pages.values()) {
            page.written(0, GuestRam.PAGE_SIZE);
            page.ram.watch(page.offset, cpu.watchCode, false);
        }
        if (promoter != null) {
            promoter.forget();
        }
        pages.clear();
        Arrays.fill(jumps, null);
        Arrays.fill(fetches, null);
        instructions = 0;
    }
}
