package org.margay.img.internal.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.OptionList;
import org.margay.img.internal.arguments.Sizes;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.arguments.UsageException;

/** "create": makes an empty image, or one that shows what is in another. */
public final class Create implements Command {
    @Override
    public String name() {
        return "create";
    }

    @Override
    public String usage() {
        return "[-q] [-f fmt] [-b backing_file [-F backing_fmt]] [-u] [-o options] filename [size]";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("qu", "fbFo");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        String formatName = arguments.value("f").orElse("raw");
        if (OptionList.wantsHelp(arguments.values("o"))) {
            tool.out().print(CreateOptions.help(ImageMaker.format(tool, formatName)));
            return 0;
        }
        List<String> operands = arguments.operands();
        if (operands.isEmpty()) {
            throw new UsageException("Expecting image file name");
        }
        if (operands.size() > 2) {
            throw new UsageException("Unexpected argument: " + operands.get(2));
        }
        String filename = operands.getFirst();
        Optional<Long> size =
                operands.size() == 2 ? Optional.of(Sizes.parse("image size", operands.get(1))) : Optional.empty();
        try {
            create(tool, arguments, filename, formatName, size);
        } catch (ToolException | IOException e) {
            throw new ToolException("%s: %s".formatted(filename, e.getMessage()));
        }
        return 0;
    }

    private static void create(Tool tool, Arguments arguments, String filename, String formatName, Optional<Long> asked)
            throws ToolException, IOException {
        CreateOptions options =
                new CreateOptions(ImageMaker.format(tool, formatName), OptionList.parse(arguments.values("o")));
        options.backing(arguments.value("b"), arguments.value("F"));
        if (options.backingFile().isPresent() && !options.format().backingFiles()) {
            throw new ToolException("Backing file not supported for file format '%s'".formatted(formatName));
        }
        Optional<Long> size = asked.isPresent() ? asked : options.size();
        if (options.backingFile().isPresent() && !arguments.has("u")) {
            long length = backingLength(tool, filename, options);
            size = size.or(() -> Optional.of(length));
        }
        if (size.isEmpty()) {
            throw new ToolException("Image creation needs a size parameter");
        }
        options.checkNames();
        tool.say(
                arguments.has("q"),
                "Formatting '%s', fmt=%s%s".formatted(filename, formatName, options.tell(size.get())));
        ImageMaker.make(tool, filename, options, size.get());
    }

    /** The backing file is looked at, so that nobody finds out later that it isn't there. */
    private static long backingLength(Tool tool, String filename, CreateOptions options)
            throws ToolException, IOException {
        String backing = ImageOpener.resolve(filename, options.backingFile().orElseThrow());
        if (backing.equals(filename)) {
            throw new ToolException("Error: Trying to create an image with the same filename as the backing file");
        }
        try (ImageNode image =
                (ImageNode) tool.opener().open(backing, options.backingFormat(), OpenOptions.READ_ONLY)) {
            if (options.backingFormat().isEmpty()) {
                throw new ToolException("Backing file specified without backing format\nDetected format of %s."
                        .formatted(image.driver()));
            }
            return image.length();
        } catch (IOException e) {
            throw new ToolException("%s\nCould not open backing image.".formatted(e.getMessage()));
        }
    }
}
