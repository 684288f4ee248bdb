package org.margay.img.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.ToolException;

/**
 * What commands work with.
 *
 * @param out what was asked for
 * @param err warnings; errors are thrown
 */
public record Tool(BlockDrivers drivers, ImageOpener opener, PrintStream out, PrintStream err) {
    public Tool(BlockDrivers drivers, PrintStream out, PrintStream err) {
        this(drivers, new ImageOpener(drivers), out, err);
    }

    /** Opens an image with what lies under it, if the options say so. */
    ImageNode open(String filename, Optional<String> format, OpenOptions options) throws ToolException {
        return open(filename, format, options, 1);
    }

    /** @param exitCode when it can't be opened */
    ImageNode open(String filename, Optional<String> format, OpenOptions options, int exitCode) throws ToolException {
        try {
            BlockNode node = opener.open(filename, format, options);
            if (!(node instanceof ImageNode image)) {
                node.close();
                throw new ToolException(exitCode, "Could not open '%s': not an image".formatted(filename));
            }
            if (format.isEmpty() && !options.readOnly() && image.driver().equals("raw")) {
                err.printf("""
                    WARNING: Image format was not specified for '%s' and probing guessed raw.
                             Automatically detecting the format is dangerous for raw images, write operations on block 0 will be restricted.
                             Specify the 'raw' format explicitly to remove the restrictions.
                    """, filename);
            }
            return image;
        } catch (IOException e) {
            throw new ToolException(exitCode, "Could not open '%s': %s".formatted(filename, e.getMessage()));
        }
    }

    /** Prints unless quiet. */
    void say(boolean quiet, String line) {
        if (!quiet) {
            out.println(line);
        }
    }
}
