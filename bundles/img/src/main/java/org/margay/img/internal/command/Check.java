package org.margay.img.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.margay.block.CacheMode;
import org.margay.block.Checkable;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.arguments.UsageException;
import org.margay.img.internal.text.JsonText;

/** "check": whether the metadata of an image is sound, and mending it. */
public final class Check implements Command {
    private static final int CORRUPT = 2;
    private static final int LEAKS = 3;
    private static final int UNSUPPORTED = 63;

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String usage() {
        return "[-q] [-f fmt] [--output=ofmt] [-r [leaks | all]] [-T src_cache] [-U] filename";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("qU", "frT").withFlags("force-share").withValues("output", "repair");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        boolean json = arguments.json();
        Checkable.Repair repair = repair(arguments);
        CacheMode cache = arguments.cache("T", CacheMode.WRITEBACK);
        String filename = Operands.one(arguments);
        boolean mends = repair != Checkable.Repair.NOTHING;
        OpenOptions options = new OpenOptions(!mends, cache, Sharing.of(arguments), false, false);
        boolean quiet = arguments.has("q");
        PrintStream out = tool.out();
        try (ImageNode image = tool.open(arguments.image(filename), options)) {
            if (!(image instanceof Checkable checkable)) {
                throw new ToolException(UNSUPPORTED, "This image format does not support checks");
            }
            Checkable.Result found = checkable.check(repair);
            if (!quiet) {
                // People see what is wrong beside the summary, programs read the summary alone.
                found.findings().forEach(json ? tool.err()::println : out::println);
            }
            long corruptionsFixed = found.corruptionsFixed();
            long leaksFixed = found.leaksFixed();
            if (corruptionsFixed + leaksFixed > 0) {
                if (!quiet && !json) {
                    out.printf("""
                        The following inconsistencies were found and repaired:

                            %d leaked clusters
                            %d corruptions

                        Double checking the fixed image now...
                        """, leaksFixed, corruptionsFixed);
                }
                found = checkable.check(Checkable.Repair.NOTHING);
            }
            if (!quiet) {
                out.print(
                        json ? JsonText.pretty(json(image, found, corruptionsFixed, leaksFixed)) + "\n" : human(found));
            }
            return found.corruptions() > 0 ? CORRUPT : found.leaks() > 0 ? LEAKS : 0;
        }
    }

    private static Checkable.Repair repair(Arguments arguments) throws UsageException {
        String text = arguments.value("r").or(() -> arguments.value("repair")).orElse("");
        return switch (text) {
            case "" -> Checkable.Repair.NOTHING;
            case "leaks" -> Checkable.Repair.LEAKS;
            case "all" -> Checkable.Repair.ALL;
            default ->
                throw new UsageException(
                        "Unknown option value for -r (expecting 'leaks' or 'all'): %s".formatted(text));
        };
    }

    private static Map<String, Object> json(
            ImageNode image, Checkable.Result found, long corruptionsFixed, long leaksFixed) {
        Map<String, Object> json = new LinkedHashMap<>();
        putIfAny(json, "image-end-offset", found.imageEnd());
        putIfAny(json, "corruptions", found.corruptions());
        putIfAny(json, "corruptions-fixed", corruptionsFixed);
        putIfAny(json, "leaks", found.leaks());
        putIfAny(json, "leaks-fixed", leaksFixed);
        putIfAny(json, "total-clusters", found.totalClusters());
        putIfAny(json, "allocated-clusters", found.allocatedClusters());
        putIfAny(json, "fragmented-clusters", found.fragmentedClusters());
        putIfAny(json, "compressed-clusters", found.compressedClusters());
        json.put("check-errors", 0);
        json.put("filename", image.filename());
        json.put("format", image.driver());
        return json;
    }

    private static void putIfAny(Map<String, Object> json, String name, long value) {
        if (value != 0) {
            json.put(name, value);
        }
    }

    private static String human(Checkable.Result found) {
        StringBuilder text = new StringBuilder();
        if (found.corruptions() == 0 && found.leaks() == 0) {
            text.append("No errors were found on the image.\n");
        }
        if (found.corruptions() > 0) {
            text.append("""

                %d errors were found on the image.
                Data may be corrupted, or further writes to the image may corrupt it.
                """.formatted(found.corruptions()));
        }
        if (found.leaks() > 0) {
            text.append("""

                %d leaked clusters were found on the image.
                This means waste of disk space, but no harm to data.
                """.formatted(found.leaks()));
        }
        if (found.totalClusters() != 0 && found.allocatedClusters() != 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d/%d = %.2f%% allocated, %.2f%% fragmented, %.2f%% compressed clusters\n",
                    found.allocatedClusters(),
                    found.totalClusters(),
                    found.allocatedClusters() * 100.0 / found.totalClusters(),
                    found.fragmentedClusters() * 100.0 / found.allocatedClusters(),
                    found.compressedClusters() * 100.0 / found.allocatedClusters()));
        }
        if (found.imageEnd() > 0) {
            text.append("Image end offset: %d\n".formatted(found.imageEnd()));
        }
        return text.toString();
    }
}
