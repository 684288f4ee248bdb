package org.margay.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.margay.memory.IoVector;

/**
 * For protocols whose server is far away: blocks that were read, and those that are on their way. Memory is bounded: a fixed number of blocks is kept, the one that was not
 * used for longest makes room. A read that goes on where the last one ended asks for more than it needs, twice as much each time.
 * Any thread.
 */
public final class ReadCache implements AutoCloseable {
    /** Fetches blocks. Several threads may at once. */
    public interface Fetcher {
        /** Fills the target, which ends where the file does if need be. */
        void fetch(long offset, MemorySegment target) throws IOException;
    }

    private final Fetcher fetcher;
    private final int blockSize;
    private final int readAhead;
    private final long length;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /** Slots by block, the one used last at the end. */
    private final LinkedHashMap<Long, Integer> slots = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<Long, CompletableFuture<Void>> fetching = new HashMap<>();
    private int usedSlots;
    private long nextBlock = -1;
    private int ahead = 1;

    /**
     * Empty.
     *
     * @param length of what is read, bytes
     * @param blockSize bytes
     * @param readAhead most blocks that are fetched at a time
     * @param cachedBlocks most blocks that are kept
     */
    public ReadCache(Fetcher fetcher, long length, int blockSize, int readAhead, int cachedBlocks) {
        this.fetcher = fetcher;
        this.length = length;
        this.blockSize = blockSize;
        this.readAhead = readAhead;
        long blocks = Math.clamp(Math.ceilDiv(length, blockSize), 1, cachedBlocks);
        memory = arena.allocate(blocks * blockSize);
    }

    private int capacity() {
        return (int) (memory.byteSize() / blockSize);
    }

    /**
     * Reads; the range is within the length.
     *
     * @throws IOException when it can't be fetched
     */
    public void read(long offset, IoVector target) throws IOException {
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long block = at / blockSize;
            int within = (int) (at % blockSize);
            long part = Math.min(target.size() - done, blockSize - within);
            while (!copy(block, within, target.slice(done, part))) {
                long wanted = Math.ceilDiv(offset + target.size(), blockSize) - block;
                bring(block, wanted);
            }
            done += part;
        }
    }

    private synchronized boolean copy(long block, int within, IoVector target) {
        Integer slot = slots.get(block);
        if (slot == null) {
            return false;
        }
        target.copyFrom(memory.asSlice((long) slot * blockSize + within, target.size()));
        return true;
    }

    /** Fetches a block with those behind it that are worth it, or waits for who does already. */
    private void bring(long block, long wanted) throws IOException {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others;
        int count;
        synchronized (this) {
            if (slots.containsKey(block)) {
                return;
            }
            others = fetching.get(block);
            count = others == null ? claim(block, wanted, mine) : 0;
        }
        if (others != null) {
            await(others);
            return;
        }
        try (Arena fresh = Arena.ofShared()) {
            long start = block * blockSize;
            MemorySegment target = fresh.allocate(Math.min((long) count * blockSize, length - start));
            fetcher.fetch(start, target);
            put(block, count, target);
            mine.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            release(block, count);
        }
    }

    private int claim(long block, long wanted, CompletableFuture<Void> mine) {
        ahead = block == nextBlock ? Math.min(readAhead, ahead * 2) : 1;
        long blocks = Math.ceilDiv(length, blockSize);
        // Half of the memory at most: what others just fetched must live until they have read it.
        long most = Math.min(
                Math.min(Math.max(ahead, wanted), readAhead), Math.min(Math.max(1, capacity() / 2), blocks - block));
        int count = 0;
        while (count < most && !slots.containsKey(block + count) && !fetching.containsKey(block + count)) {
            fetching.put(block + count, mine);
            count++;
        }
        nextBlock = block + count;
        return count;
    }

    private synchronized void put(long block, int count, MemorySegment source) {
        for (int i = 0; i < count; i++) {
            long from = (long) i * blockSize;
            long bytes = Math.min(blockSize, source.byteSize() - from);
            int slot = freeSlot();
            MemorySegment.copy(source, from, memory, (long) slot * blockSize, bytes);
            slots.put(block + i, slot);
        }
    }

    private int freeSlot() {
        if (usedSlots < capacity()) {
            return usedSlots++;
        }
        return slots.pollFirstEntry().getValue();
    }

    private synchronized void release(long block, int count) {
        for (int i = 0; i < count; i++) {
            fetching.remove(block + i);
        }
    }

    private static void await(CompletableFuture<Void> others) throws IOException {
        try {
            others.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw e;
        }
    }

    /** No read is under way. */
    @Override
    public void close() {
        arena.close();
    }
}
