package org.margay.cpu.internal.jit;

import java.util.Map;
import java.util.Set;

/**
 * How a translator goes about its work.
 *
 * @param threshold how many instructions the interpreter must spend on a block before a region is made of it, if there is time
 *     ({@link RegionBudget}); at least 1
 * @param background whether regions are made by another thread while the interpreter goes on
 * @param coldCode whether code that never ran is translated, too
 * @param maxInstructions in a region
 * @param maxRegions kept; beyond, those that ran least are thrown away
 * @param sharedMemory whether other processors run on the same memory: loads stay in order then
 * @param counted whether regions keep to {@link org.margay.cpu.internal.Cpu#lookAt}
 * @param interpreted groups of the instruction table that are left to their handlers
 */
public record JitOptions(
        int threshold,
        boolean background,
        boolean coldCode,
        int maxInstructions,
        int maxRegions,
        boolean sharedMemory,
        boolean counted,
        Set<String> interpreted) {

    private static final int THRESHOLD = Integer.getInteger("margay.jit.threshold", 24_000);
    private static final int PRESSING = 10;
    private static final int MAX_INSTRUCTIONS = Integer.getInteger("margay.jit.instructions", 150);
    private static final int MAX_REGIONS = Integer.getInteger("margay.jit.regions", 2048);
    private static final Set<String> INTERPRETED =
            Set.of(System.getProperty("margay.jit.interpreted", "").split(","));

    /** How many instructions the interpreter spends on a block before a region is made of it at once, whatever else there is to do. */
    long pressing() {
        return (long) PRESSING * threshold;
    }

    /** What system properties say: {@code margay.jit.threshold}, {@code .background}, {@code .instructions}, {@code .regions}, {@code .interpreted}. */
    public static JitOptions standard() {
        return new JitOptions(
                THRESHOLD,
                !"false".equals(System.getProperty("margay.jit.background")),
                Boolean.getBoolean("margay.jit.cold"),
                MAX_INSTRUCTIONS,
                MAX_REGIONS,
                false,
                false,
                INTERPRETED);
    }

    /** The same, changed as an accelerator's options say: threshold, background (on or off), instructions, regions, interpreted (groups separated by colons). */
    public JitOptions with(Map<String, String> properties, boolean sharesMemory) {
        String groups = properties.get("interpreted");
        return new JitOptions(
                Integer.parseInt(properties.getOrDefault("threshold", "" + threshold)),
                properties.getOrDefault("background", background ? "on" : "off").equals("on"),
                coldCode,
                Integer.parseInt(properties.getOrDefault("instructions", "" + maxInstructions)),
                Integer.parseInt(properties.getOrDefault("regions", "" + maxRegions)),
                sharesMemory,
                counted,
                groups == null ? interpreted : Set.of(groups.split(":")));
    }

    /** The same, for a processor whose instructions make its time or not. */
    public JitOptions counting(boolean counts) {
        return new JitOptions(
                threshold, background, coldCode, maxInstructions, maxRegions, sharedMemory, counts, interpreted);
    }

    /** Everything is translated before it runs for the first time, for tests. */
    public static JitOptions eager() {
        return new JitOptions(1, false, true, MAX_INSTRUCTIONS, MAX_REGIONS, false, false, INTERPRETED);
    }
}
