package org.margay.img.internal.command;

import java.io.IOException;
import java.util.List;
import org.margay.block.CacheMode;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.copy.Comparison;
import org.margay.img.internal.copy.Source;
import org.margay.img.internal.text.Progress;

/** "compare": whether two images show a guest the same. */
public final class Compare implements Command {
    private static final int DIFFERENT = 1;
    private static final int CANNOT_OPEN = 2;
    private static final int CANNOT_READ = 4;
    private static final double PERCENTS_PER_LINE = 2;

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String usage() {
        return "[-f fmt] [-F fmt] [-T src_cache] [-p] [-q] [-s] [-U] filename1 filename2";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("pqsU", "fFT").withFlags("force-share");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        List<String> names = arguments.operands();
        if (names.size() != 2) {
            // Not 1, which says that images differ.
            throw new ToolException(
                    CANNOT_OPEN, "Expecting two image file names\nTry 'margay-img --help' for more information");
        }
        OpenOptions options = OpenOptions.READ_ONLY
                .withCache(arguments.cache("T", CacheMode.WRITEBACK))
                .withShare(Sharing.of(arguments));
        try (ImageNode first = tool.open(arguments.image(names.get(0)), options, CANNOT_OPEN);
                ImageNode second = tool.open(arguments.image(names.get(1), "F"), options, CANNOT_OPEN)) {
            return compare(tool, arguments, first, second);
        } catch (IOException e) {
            throw new ToolException(CANNOT_READ, String.valueOf(e.getMessage()));
        }
    }

    private static int compare(Tool tool, Arguments arguments, ImageNode first, ImageNode second) throws IOException {
        boolean quiet = arguments.has("q");
        boolean strict = arguments.has("s");
        if (first.length() != second.length()) {
            if (strict) {
                tool.say(quiet, "Strict mode: Image size mismatch!");
                return DIFFERENT;
            }
            tool.say(quiet, "Warning: Image size mismatch!");
        }
        Source one = new Source(List.of(first), Integer.MAX_VALUE);
        Source two = new Source(List.of(second), Integer.MAX_VALUE);
        long end = Math.max(one.length(), two.length());
        try (Progress progress = new Progress(tool.out(), arguments.has("p") && !quiet, end, PERCENTS_PER_LINE)) {
            long allocation = strict ? new Comparison(one, two, end, progress).allocation() : -1;
            long different =
                    new Comparison(one, two, allocation < 0 ? end : allocation, progress).contents(Requests.most());
            if (different >= 0) {
                tool.say(quiet, "Content mismatch at offset %d!".formatted(different));
                return DIFFERENT;
            }
            if (allocation >= 0) {
                tool.say(quiet, "Strict mode: Offset %d block status mismatch!".formatted(allocation));
                return DIFFERENT;
            }
            progress.complete();
            tool.say(quiet, "Images are identical.");
            return 0;
        }
    }
}
