package org.margay.cpu.internal.jit;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.interp.CodeView;
import org.margay.cpu.internal.interp.Promoter;
import org.margay.cpu.internal.interp.Region;

/** Makes regions of one processor's hot code. Called on the vCPU's thread; statistics by any thread. */
public final class Translator implements Promoter, AutoCloseable {
    private final JitOptions options;
    private final RegionCompiler compiler;

    /** @param runs whether accesses go together in {@link AccessRuns} */
    private record Job(RegionPlan plan, TranslatedRegion region, boolean runs) {}

    private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private @Nullable Thread worker;
    private volatile boolean closed;
    private final RegionBudget budget = new RegionBudget();

    private final Set<TranslatedRegion> live = new LinkedHashSet<>();

    /** Where regions begin whose accesses look into the TLB each for itself: together they would lie in two pages too often. */
    private final Set<Long> apart = new HashSet<>();

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong translatedInstructions = new AtomicLong();
    private volatile int written;
    private volatile int evicted;
    private volatile int liveCount;
    private volatile int failed;
    private volatile @Nullable String lastFailure;

    // Written by the vCPU's thread alone; readers may see them late.
    private long executed;
    private long runs;
    private long misses;

    public Translator(JitOptions options) {
        this.options = options;
        this.compiler = new RegionCompiler(options);
    }

    @Override
    public int threshold() {
        return options.threshold();
    }

    @Override
    public boolean hasTimeFor(long instructions) {
        return !options.background() || instructions >= options.pressing() || budget.hasTime();
    }

    @Override
    public @Nullable Region promote(CodeView code, long rip) {
        RegionPlan plan = new RegionPlanner(code, options, rip).plan();
        if (plan == null || !options.coldCode() && compiler.isMostlyHandled(plan)) {
            return null;
        }
        if (live.size() >= options.maxRegions()) {
            makeRoom();
        }
        TranslatedRegion region =
                new TranslatedRegion(this, plan, code.cpu().mmu.entries(), !options.background());
        Job job = new Job(plan, region, !apart.contains(rip));
        if (!options.background()) {
            if (!compile(job)) {
                return null;
            }
        } else {
            jobs.add(job);
            startWorker();
        }
        budget.spend();
        live.add(region);
        liveCount = live.size();
        return region;
    }

    /** A quarter goes, and their classes with them: those that ran least of late. */
    private void makeRoom() {
        List<TranslatedRegion> cold = live.stream()
                .sorted(Comparator.comparingLong(TranslatedRegion::warmth))
                .limit(Math.max(1, live.size() / 4))
                .toList();
        evicted += cold.size();
        cold.forEach(Region::discard);
        live.forEach(TranslatedRegion::cool);
    }

    private void startWorker() {
        if (worker == null) {
            worker = Thread.ofPlatform().name("translator").daemon().start(this::work);
        }
    }

    private void work() {
        try {
            while (!closed) {
                Job job = jobs.take();
                if (!job.region.isDead()) {
                    compile(job);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What can't be translated, because of a mistake of ours, stays with the interpreter. */
    private boolean compile(Job job) {
        long start = System.nanoTime();
        try {
            RegionCompiler.Result result = compiler.compile(job.plan, job.region.tlb(), job.runs);
            job.region.complete(result.body(), result.exits(), result.done(), result.handled());
            made.incrementAndGet();
            translatedInstructions.addAndGet(result.instructions());
            return true;
        } catch (RuntimeException e) {
            failed++;
            // Of class files that are not well-formed the text has every instruction, behind the first line.
            lastFailure =
                    "%s: %s".formatted(e, e.getCause()).lines().findFirst().orElse("");
            return false;
        } finally {
            nanos.addAndGet(System.nanoTime() - start);
        }
    }

    @Override
    public void forget() {
        evicted += live.size();
        live.clear();
        apart.clear();
        liveCount = 0;
    }

    void ran(long instructions, boolean whole) {
        executed += instructions;
        runs++;
        if (!whole) {
            misses++;
        }
    }

    /** It is made anew when it is hot again, with each access for itself; where that was no help it stays. */
    void missesTooOften(TranslatedRegion region) {
        if (apart.add(region.entry())) {
            region.discard();
        }
    }

    void died(TranslatedRegion region, boolean byWrite) {
        if (byWrite) {
            written++;
        }
        live.remove(region);
        liveCount = live.size();
    }

    /** Numbers so far. Any thread. */
    public JitStatistics statistics() {
        return new JitStatistics(
                liveCount,
                made.get(),
                translatedInstructions.get(),
                written,
                evicted,
                failed,
                lastFailure,
                executed,
                runs,
                misses,
                nanos.get());
    }

    @Override
    public void close() {
        closed = true;
        Thread running = worker;
        if (running != null) {
            running.interrupt();
        }
    }
}
