package org.margay.img.internal.command;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Sizes;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.arguments.UsageException;

/** "resize": changes the size that a guest sees, to a number or by one. */
public final class Resize implements Command {
    private static final long SECTOR = 512;

    @Override
    public String name() {
        return "resize";
    }

    @Override
    public String usage() {
        return "[-f fmt] [--preallocation=prealloc] [-q] [--shrink] filename [+ | -]size";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("q", "f").withFlags("shrink").withValues("preallocation");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        List<String> operands = arguments.operands();
        if (operands.size() < 2) {
            throw new UsageException("Not enough arguments");
        }
        if (operands.size() > 2) {
            throw new UsageException("Expecting image file name and size");
        }
        if (!arguments.value("preallocation").orElse("off").equals("off")) {
            throw new ToolException("Preallocation mode '%s' is not supported when resizing"
                    .formatted(arguments.value("preallocation").orElseThrow()));
        }
        String size = operands.get(1);
        boolean relative = size.startsWith("+") || size.startsWith("-");
        OptionalLong amount = Sizes.parse(relative ? size.substring(1) : size);
        if (amount.isEmpty()) {
            throw new ToolException("""
                Parameter 'size' expects a non-negative number below 2^64
                Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta-
                and exabytes, respectively.\
                """);
        }
        try (ImageNode image = tool.open(arguments.image(operands.getFirst()), OpenOptions.READ_WRITE)) {
            long wanted = switch (size.charAt(0)) {
                case '+' -> image.length() + amount.getAsLong();
                case '-' -> image.length() - amount.getAsLong();
                default -> amount.getAsLong();
            };
            if (wanted <= 0) {
                throw new ToolException("New image size must be positive");
            }
            if (wanted < image.length() && !arguments.has("shrink")) {
                throw new ToolException("""
                    Use the --shrink option to perform a shrink operation.
                    margay-img: warning: Shrinking an image will delete all data beyond the shrunken image's end. \
                    Before performing such an operation, make sure there is no important data there.\
                    """);
            }
            try {
                image.resize(Math.ceilDiv(wanted, SECTOR) * SECTOR);
            } catch (UnsupportedImageException e) {
                throw new ToolException("Image format driver does not support resize");
            }
        }
        tool.say(arguments.has("q"), "Image resized.");
        return 0;
    }
}
