package org.margay.img.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Sizes;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.copy.ChainExtent;

/** "map": where the data of an image is. */
public final class MapCommand implements Command {
    /** A range that is of one kind. */
    private record Entry(long start, ChainExtent what) {
        long end() {
            return start + what.length();
        }

        /** Whether both are one range, told in two pieces. */
        boolean goesOnIn(Entry next) {
            ChainExtent other = next.what();
            return what.depth() == other.depth()
                    && what.present() == other.present()
                    && what.zero() == other.zero()
                    && what.image().equals(other.image())
                    && (what.fileOffset() < 0
                            ? other.fileOffset() < 0
                            : what.fileOffset() + what.length() == other.fileOffset());
        }

        Entry with(Entry next) {
            return new Entry(
                    start,
                    new ChainExtent(
                            what.length() + next.what().length(),
                            what.depth(),
                            what.present(),
                            what.zero(),
                            what.fileOffset(),
                            what.image()));
        }
    }

    @Override
    public String name() {
        return "map";
    }

    @Override
    public String usage() {
        return "[-f fmt] [--start-offset=offset] [--max-length=len] [--output=ofmt] [-U] filename";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("U", "fsl").withFlags("force-share").withValues("output", "start-offset", "max-length");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        boolean json = arguments.json();
        long start = size(arguments, "start-offset", "s", "start offset", 0);
        long most = size(arguments, "max-length", "l", "max length", Long.MAX_VALUE);
        String filename = Operands.one(arguments);
        OpenOptions options = OpenOptions.READ_ONLY.withShare(Sharing.of(arguments));
        try (ImageNode image = tool.open(arguments.image(filename), options)) {
            long end = most > image.length() - start ? image.length() : start + most;
            PrintStream out = tool.out();
            if (json) {
                out.print("[");
            } else {
                out.printf("%-16s%-16s%-16s%s\n", "Offset", "Length", "Mapped to", "File");
            }
            @Nullable Entry last = null;
            for (long offset = start; offset < end; ) {
                Entry next = new Entry(offset, ChainExtent.at(image, offset, end - offset));
                offset = next.end();
                if (last == null) {
                    last = next;
                } else if (last.goesOnIn(next)) {
                    last = last.with(next);
                } else {
                    print(out, json, last, true);
                    last = next;
                }
            }
            if (last != null) {
                print(out, json, last, false);
            }
            if (json) {
                out.println("]");
            }
        }
        return 0;
    }

    private static long size(Arguments arguments, String word, String letter, String what, long byDefault)
            throws ToolException {
        Optional<String> text = arguments.value(word).or(() -> arguments.value(letter));
        return text.isEmpty() ? byDefault : Sizes.parse(what, text.get());
    }

    private static void print(PrintStream out, boolean json, Entry entry, boolean more) throws ToolException {
        ChainExtent what = entry.what();
        if (json) {
            out.printf(
                    "{ \"start\": %d, \"length\": %d, \"depth\": %d, \"present\": %b, \"zero\": %b, \"data\": %b%s}%s",
                    entry.start(),
                    what.length(),
                    what.depth(),
                    what.present(),
                    what.zero(),
                    what.data(),
                    what.fileOffset() < 0 ? "" : ", \"offset\": " + what.fileOffset(),
                    more ? ",\n" : "");
        } else if (what.data()) {
            if (what.fileOffset() < 0) {
                throw new ToolException("File contains external, encrypted or compressed clusters.");
            }
            out.printf(
                    "%-16s%-16s%-16s%s\n",
                    hex(entry.start()),
                    hex(what.length()),
                    hex(what.fileOffset()),
                    what.image().filename());
        }
    }

    private static String hex(long value) {
        return value == 0 ? "0" : "0x%x".formatted(value);
    }
}
