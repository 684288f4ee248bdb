package org.margay.cpu.internal.jit;

import org.jspecify.annotations.Nullable;

/**
 * What a translator has done.
 *
 * @param live regions that there are now
 * @param made regions made so far
 * @param translated guest instructions in them
 * @param written regions that died because their code was written
 * @param evicted regions thrown away to make room
 * @param failed regions that could not be made
 * @param lastFailure why
 * @param executed guest instructions that ran in regions
 * @param runs how often regions were entered
 * @param misses how often one was left for an access that only the interpreter does
 * @param nanos time spent on making them, without HotSpot's
 */
public record JitStatistics(
        int live,
        int made,
        long translated,
        int written,
        int evicted,
        int failed,
        @Nullable String lastFailure,
        long executed,
        long runs,
        long misses,
        long nanos) {}
