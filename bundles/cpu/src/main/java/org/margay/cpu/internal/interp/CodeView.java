package org.margay.cpu.internal.interp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.decode.CodeSource;
import org.margay.cpu.internal.decode.Decoder;
import org.margay.memory.GuestRam;

/** Guest code in a flat mode as the processor sees it now, for the translator: decodes it, and remembers what was read. */
public final class CodeView {
    private final BlockCache cache;
    private final Cpu cpu;
    private final Decoder decoder;
    private final CodeSource fetch = this::fetch;
    private final Map<Long, Optional<CodePage>> pages = new HashMap<>();
    private final List<Region.Part> parts = new ArrayList<>();
    private long rip;

    CodeView(BlockCache cache, Cpu cpu) {
        this.cache = cache;
        this.cpu = cpu;
        this.decoder = new Decoder(cpu.table);
    }

    /** The processor, in the mode that the code is decoded for. */
    public Cpu cpu() {
        return cpu;
    }

    /** The instruction at an address, or null when it can't be fetched or decoded. */
    public @Nullable Insn decode(long at) {
        rip = at;
        if (cpu.outside.breaksAt(at)) {
            return null;
        }
        try {
            Insn insn = decoder.decode(fetch, at, cpu.codeMode());
            insn.flat = cpu.isFlat();
            return insn;
        } catch (GuestFault _) {
            return null;
        }
    }

    /** How often the interpreter ran the block that begins at an address; -1 when none begins there. */
    public int heat(long at) {
        Block block = block(at);
        return block == null ? -1 : block.heat;
    }

    /** The region that begins at an address; null when none does. */
    public @Nullable Region region(long at) {
        Block block = block(at);
        return block == null ? null : block.region;
    }

    private @Nullable Block block(long at) {
        CodePage page = page(at);
        return page == null ? null : page.find((int) at & GuestRam.PAGE_SIZE - 1, at, cpu.modeKey());
    }

    /** Where the interpreter went on lately after the block that begins at an address: at most two places. */
    public List<Long> followers(long at) {
        Block block = block(at);
        return block == null
                ? List.of()
                : Stream.of(Optional.ofNullable(block.linkA), Optional.ofNullable(block.linkB))
                        .flatMap(Optional::stream)
                        .map(follower -> follower.rip)
                        .distinct()
                        .toList();
    }

    /** Says that a region depends on the bytes from an address to another. */
    public void use(long start, long end) {
        for (long at = start; at < end; ) {
            long linearPage = at & -GuestRam.PAGE_SIZE;
            long stop = Math.min(end, linearPage + GuestRam.PAGE_SIZE);
            CodePage page = page(at);
            if (page == null) {
                throw new IllegalStateException("code that was not read");
            }
            parts.add(new Region.Part(linearPage, page, (int) (at - linearPage), (int) (stop - linearPage)));
            at = stop;
        }
    }

    List<Region.Part> parts() {
        return List.copyOf(parts);
    }

    private int fetch(int index) {
        long at = rip + index;
        CodePage page = page(cpu.isMode64() ? at : at & 0xFFFF_FFFFL);
        if (page == null) {
            throw GuestFault.ud();
        }
        return page.ram.getByte(page.offset + (at & GuestRam.PAGE_SIZE - 1));
    }

    private @Nullable CodePage page(long at) {
        return pages.computeIfAbsent(at & -GuestRam.PAGE_SIZE, this::find).orElse(null);
    }

    private Optional<CodePage> find(long linearPage) {
        try {
            return Optional.ofNullable(cache.pageOfCode(linearPage));
        } catch (GuestFault _) {
            return Optional.empty();
        }
    }
}
