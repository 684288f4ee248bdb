package org.margay.img.internal.command;

import java.io.IOException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.ImageDetails;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotDetails;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.ImageSpec;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.text.HumanSize;
import org.margay.img.internal.text.JsonText;
import org.margay.img.internal.text.SnapshotTable;

/** "info": what an image is, with --backing-chain those under it too. */
public final class InfoCommand implements Command {
    /** Facts of one image. */
    private record Facts(
            String filename,
            String format,
            long virtualSize,
            long diskSize,
            boolean encrypted,
            Optional<BackingLink> backing,
            ImageDetails details) {
        @Nullable
        String fullBackingName() {
            return backing.map(link -> ImageOpener.resolve(filename, link.filename()))
                    .orElse(null);
        }
    }

    @Override
    public String name() {
        return "info";
    }

    @Override
    public String usage() {
        return "[-f fmt] [--output=ofmt] [--backing-chain] [-U] filename";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("U", "f").withFlags("backing-chain", "force-share").withValues("output");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        boolean json = arguments.json();
        boolean chain = arguments.has("backing-chain");
        List<Facts> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        @Nullable ImageSpec next = arguments.image(Operands.one(arguments));
        while (next != null) {
            if (!seen.add(next.filename())) {
                throw new ToolException("Backing file '%s' creates an infinite loop.".formatted(next.filename()));
            }
            Facts facts = facts(tool, next, Sharing.of(arguments));
            all.add(facts);
            @Nullable String below = chain ? facts.fullBackingName() : null;
            next = below == null
                    ? null
                    : ImageSpec.ofName(below, facts.backing().map(BackingLink::format));
        }
        if (json) {
            tool.out()
                    .println(JsonText.pretty(
                            chain ? all.stream().map(InfoCommand::json).toList() : json(all.getFirst())));
        } else {
            tool.out()
                    .print(String.join(
                            "\n", all.stream().map(InfoCommand::human).toList()));
        }
        return 0;
    }

    private static Facts facts(Tool tool, ImageSpec spec, boolean share) throws ToolException, IOException {
        OpenOptions options = OpenOptions.READ_ONLY.withBacking(false).withShare(share);
        try (ImageNode image = tool.open(spec, options)) {
            return new Facts(
                    image.filename(),
                    image.driver(),
                    image.length(),
                    image.allocatedBytes(),
                    image.encrypted(),
                    image.backingLink(),
                    image.details());
        }
    }

    private static Map<String, Object> json(Facts facts) {
        Map<String, Object> json = new LinkedHashMap<>();
        ImageDetails details = facts.details();
        if (!details.snapshots().isEmpty()) {
            json.put(
                    "snapshots",
                    details.snapshots().stream().map(InfoCommand::json).toList());
        }
        facts.backing().map(BackingLink::format).ifPresent(format -> json.put("backing-filename-format", format));
        json.put("virtual-size", facts.virtualSize());
        json.put("filename", facts.filename());
        if (details.clusterSize() > 0) {
            json.put("cluster-size", details.clusterSize());
        }
        json.put("format", facts.format());
        if (facts.diskSize() >= 0) {
            json.put("actual-size", facts.diskSize());
        }
        if (facts.encrypted()) {
            json.put("encrypted", true);
        }
        if (details.compressed()) {
            json.put("compressed", true);
        }
        if (!details.formatSpecific().isEmpty()) {
            Map<String, Object> specific = new LinkedHashMap<>();
            specific.put("type", facts.format());
            specific.put("data", details.formatSpecific());
            json.put("format-specific", specific);
        }
        facts.backing().ifPresent(link -> {
            json.put("full-backing-filename", String.valueOf(facts.fullBackingName()));
            json.put("backing-filename", link.filename());
        });
        json.put("dirty-flag", details.dirty());
        return json;
    }

    private static Map<String, Object> json(SnapshotDetails snapshot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("icount", 0);
        json.put("vm-clock-nsec", snapshot.vmClock().toNanosPart());
        json.put("name", snapshot.name());
        json.put("date-sec", snapshot.date().getEpochSecond());
        json.put("date-nsec", snapshot.date().get(ChronoField.NANO_OF_SECOND));
        json.put("vm-clock-sec", snapshot.vmClock().toSeconds());
        json.put("id", snapshot.id());
        json.put("vm-state-size", snapshot.vmStateBytes());
        return json;
    }

    private static String human(Facts facts) {
        StringBuilder text = new StringBuilder();
        ImageDetails details = facts.details();
        line(text, "image", facts.filename());
        line(text, "file format", facts.format());
        line(text, "virtual size", "%s (%d bytes)".formatted(HumanSize.of(facts.virtualSize()), facts.virtualSize()));
        line(text, "disk size", facts.diskSize() < 0 ? "unavailable" : HumanSize.of(facts.diskSize()));
        if (facts.encrypted()) {
            line(text, "encrypted", "yes");
        }
        if (details.clusterSize() > 0) {
            line(text, "cluster_size", details.clusterSize());
        }
        if (details.dirty()) {
            line(text, "cleanly shut down", "no");
        }
        facts.backing().ifPresent(link -> {
            String full = String.valueOf(facts.fullBackingName());
            line(
                    text,
                    "backing file",
                    full.equals(link.filename()) ? full : "%s (actual path: %s)".formatted(link.filename(), full));
            if (link.format() != null) {
                line(text, "backing file format", link.format());
            }
        });
        if (!details.snapshots().isEmpty()) {
            text.append("Snapshot list:\n").append(SnapshotTable.of(details.snapshots()));
        }
        if (!details.formatSpecific().isEmpty()) {
            text.append("Format specific information:\n");
            specific(text, details.formatSpecific(), "    ");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static void specific(StringBuilder text, Map<?, ?> facts, String indent) {
        facts.forEach((name, value) -> specific(text, String.valueOf(name).replace('-', ' '), value, indent));
    }

    private static void specific(StringBuilder text, String name, @Nullable Object value, String indent) {
        text.append(indent).append(name).append(':');
        switch (value) {
            case Map<?, ?> map -> {
                text.append('\n');
                specific(text, map, indent + "    ");
            }
            case List<?> list -> {
                text.append('\n');
                for (int i = 0; i < list.size(); i++) {
                    specific(text, "[%d]".formatted(i), list.get(i), indent + "    ");
                }
            }
            case null, default -> text.append(' ').append(value).append('\n');
        }
    }
}
