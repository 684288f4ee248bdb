package org.margay.img.internal.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.margay.block.CacheMode;
import org.margay.block.CompressedWriter;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotStore;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.ImageSpec;
import org.margay.img.internal.arguments.OptionList;
import org.margay.img.internal.arguments.Sizes;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.copy.Copier;
import org.margay.img.internal.copy.CopyPlan;
import org.margay.img.internal.copy.Source;
import org.margay.img.internal.text.Progress;

/** "convert": copies an image, or several behind each other, into one of another format. */
public final class Convert implements Command {
    private static final long SECTOR = 512;
    private static final long LARGEST_SPARSE = 16 << 20;
    private static final int MOST_REQUESTS = 16;
    private static final double PERCENTS_PER_LINE = 1;

    @Override
    public String name() {
        return "convert";
    }

    @Override
    public String usage() {
        return "[--target-is-zero] [--target-image-opts] [-U] [-c] [-p] [-q] [-n] [-f fmt] [-t cache] [-T src_cache] [-O output_fmt]"
                + " [-B backing_file [-F backing_fmt]] [-o options] [-l snapshot_param] [-S sparse_size]"
                + " [-m num_requests] [-W] filename [filename2 [...]] output_filename";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("UcpqnW", "ftTOBFolSm").withFlags("target-is-zero", "target-image-opts", "force-share");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        String formatName = arguments.value("O").orElse("raw");
        if (OptionList.wantsHelp(arguments.values("o"))) {
            tool.out().print(CreateOptions.help(ImageMaker.format(tool, formatName)));
            return 0;
        }
        long sparse = sparse(arguments);
        int requests = requests(arguments);
        CacheMode sourceCache = arguments.cache("T", CacheMode.WRITEBACK);
        CacheMode targetCache = arguments.cache("t", CacheMode.UNSAFE);
        boolean existing = arguments.has("n");
        if (arguments.has("target-is-zero") && !existing) {
            throw new ToolException("--target-is-zero requires use of -n flag");
        }
        if (arguments.has("target-image-opts") && !existing) {
            throw new ToolException("--target-image-opts requires use of -n flag");
        }
        if (arguments.has("target-image-opts") && arguments.has("O")) {
            throw new ToolException("--target-image-opts and -O are mutually exclusive");
        }
        if (existing && (arguments.has("o") || arguments.has("B"))) {
            throw new ToolException("-o and -B can't be used together with -n: the target is there already");
        }
        if (arguments.operands().size() < 2) {
            throw new ToolException("Must specify image file name");
        }
        List<String> names = arguments.operands();
        OpenOptions options = OpenOptions.READ_ONLY.withCache(sourceCache).withShare(Sharing.of(arguments));
        List<ImageNode> sources = new ArrayList<>();
        try {
            for (String name : names.subList(0, names.size() - 1)) {
                sources.add(tool.open(arguments.image(name), options));
            }
            showSnapshot(sources, arguments.value("l"));
            convert(tool, arguments, sources, names.getLast(), formatName, targetCache, sparse, requests);
        } finally {
            for (ImageNode source : sources) {
                source.close();
            }
        }
        return 0;
    }

    private static void convert(
            Tool tool,
            Arguments arguments,
            List<ImageNode> sources,
            String name,
            String formatName,
            CacheMode cache,
            long sparse,
            int requests)
            throws ToolException, IOException {
        boolean existing = arguments.has("n");
        CreateOptions options =
                new CreateOptions(ImageMaker.format(tool, formatName), OptionList.parse(arguments.values("o")));
        options.backing(arguments.value("B"), arguments.value("F"));
        boolean backed = options.backingFile().isPresent();
        Source source = new Source(sources, backed ? 1 : Integer.MAX_VALUE);
        if (!existing) {
            create(tool, name, options, source.length());
        }
        OpenOptions how = OpenOptions.READ_WRITE.withCache(cache).withBacking(backed || existing);
        try (ImageNode target = openTarget(tool, arguments, name, options, how);
                Progress progress = new Progress(
                        tool.out(), arguments.has("p") && !arguments.has("q"), source.length(), PERCENTS_PER_LINE)) {
            if (target.length() < source.length()) {
                throw new ToolException("output file is smaller than input file");
            }
            boolean compressed = arguments.has("c");
            if (compressed && !(target instanceof CompressedWriter)) {
                throw new ToolException("Compression not supported for this file format");
            }
            boolean zero = existing ? arguments.has("target-is-zero") : !backed;
            new Copier(
                            new CopyPlan(
                                    source,
                                    target,
                                    zero,
                                    backed,
                                    sparse,
                                    compressed ? target.details().clusterSize() : 0,
                                    !arguments.has("W")
                                            && !compressed
                                            && !target.driver().equals("raw"),
                                    requests),
                            progress)
                    .run();
            target.flush();
            progress.complete();
        }
    }

    private static ImageNode openTarget(
            Tool tool, Arguments arguments, String name, CreateOptions options, OpenOptions how) throws ToolException {
        ImageSpec spec = arguments.has("target-image-opts")
                ? ImageSpec.ofOptions(name)
                : ImageSpec.ofName(name, Optional.of(options.format().name())).withKeySecret(options.keySecret());
        return tool.open(spec, how);
    }

    private static void create(Tool tool, String name, CreateOptions options, long length) throws ToolException {
        try {
            if (options.backingFile().isPresent()) {
                if (!options.format().backingFiles()) {
                    throw new ToolException("Backing file not supported for file format '%s'"
                            .formatted(options.format().name()));
                }
                checkBacking(tool, name, options);
            }
            ImageMaker.make(tool, name, options, options.size().orElse(length));
        } catch (ToolException | IOException e) {
            throw new ToolException("%s: error while converting %s: %s"
                    .formatted(name, options.format().name(), e.getMessage()));
        }
    }

    private static void checkBacking(Tool tool, String name, CreateOptions options) throws ToolException {
        if (options.backingFormat().isEmpty()) {
            throw new ToolException("Backing file specified without backing format");
        }
        String backing = ImageOpener.resolve(name, options.backingFile().orElseThrow());
        try {
            tool.opener()
                    .open(backing, options.backingFormat(), OpenOptions.READ_ONLY)
                    .close();
        } catch (IOException e) {
            throw new ToolException("%s\nCould not open backing image.".formatted(e.getMessage()));
        }
    }

    /** Makes the source show one of its snapshots. */
    private static void showSnapshot(List<ImageNode> sources, Optional<String> text) throws ToolException {
        if (text.isEmpty()) {
            return;
        }
        if (sources.size() > 1) {
            throw new ToolException("No support for concatenating multiple snapshot");
        }
        String name = text.get();
        for (String part : name.split(",", -1)) {
            // "snapshot.id=1", "snapshot.name=base"
            if (part.startsWith("snapshot.id=") || part.startsWith("snapshot.name=")) {
                name = part.substring(part.indexOf('=') + 1);
            }
        }
        if (!(sources.getFirst() instanceof SnapshotStore store)) {
            throw new ToolException(
                    "Failed to load snapshot: Block format '%s' used by device '' does not support temporarily loading internal snapshots"
                            .formatted(sources.getFirst().driver()));
        }
        try {
            store.showSnapshot(name);
        } catch (IOException e) {
            throw new ToolException("Failed to load snapshot: %s".formatted(e.getMessage()));
        }
    }

    private static long sparse(Arguments arguments) throws ToolException {
        String text = arguments.value("S").orElse("4k");
        OptionalLong size = Sizes.parse(text);
        if (size.isPresent() && (size.getAsLong() % SECTOR != 0 || size.getAsLong() > LARGEST_SPARSE)) {
            throw new ToolException(
                    "Invalid buffer size for sparse output specified. Valid sizes are multiples of %d up to %d. Select 0 to disable sparse detection (fully allocates output)."
                            .formatted(SECTOR, LARGEST_SPARSE));
        }
        return Sizes.parse("buffer size for sparse output", text);
    }

    private static int requests(Arguments arguments) throws ToolException {
        Optional<String> text = arguments.value("m");
        if (text.isEmpty()) {
            return Requests.most();
        }
        OptionalLong number = Sizes.parse(text.get());
        if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > MOST_REQUESTS) {
            throw new ToolException("Invalid number of coroutines. Allowed number of coroutines is between 1 and %d"
                    .formatted(MOST_REQUESTS));
        }
        return (int) number.getAsLong();
    }
}
