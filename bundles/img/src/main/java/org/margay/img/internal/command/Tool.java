package org.margay.img.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.ImageSpec;
import org.margay.img.internal.arguments.Secrets;
import org.margay.img.internal.arguments.ToolException;

/**
 * What commands work with.
 *
 * @param out what was asked for
 * @param err warnings; errors are thrown
 */
public record Tool(BlockDrivers drivers, ImageOpener opener, Secrets secrets, PrintStream out, PrintStream err) {
    /** What is missing for an encrypted image. */
    static final String NO_SECRET = "Parameter 'encrypt.key-secret' is required for cipher";

    public Tool(BlockDrivers drivers, Secrets secrets, PrintStream out, PrintStream err) {
        this(drivers, new ImageOpener(drivers), secrets, out, err);
    }

    /** Opens an image with what lies under it, if the options say so: then its content is wanted, which may need a password. */
    ImageNode open(ImageSpec spec, OpenOptions options) throws ToolException {
        return open(spec, options, 1);
    }

    /** @param exitCode when it can't be opened */
    ImageNode open(ImageSpec spec, OpenOptions options, int exitCode) throws ToolException {
        try {
            BlockNode node =
                    opener.open(spec.filename(), spec.format(), options.withShare(options.share() || spec.unlocked()));
            if (!(node instanceof ImageNode image)) {
                node.close();
                throw new ToolException(exitCode, "Could not open '%s': not an image".formatted(spec.said()));
            }
            try {
                if (spec.keySecret().isPresent() && image.encrypted()) {
                    image.unlock(secrets.password(spec.keySecret().get()));
                }
                if (image.locked() && options.backing()) {
                    throw new ToolException(NO_SECRET);
                }
            } catch (ToolException e) {
                image.close();
                throw new ToolException(exitCode, "Could not open '%s': %s".formatted(spec.said(), e.getMessage()));
            }
            if (spec.format().isEmpty() && !options.readOnly() && image.driver().equals("raw")) {
                err.printf("""
                    WARNING: Image format was not specified for '%s' and probing guessed raw.
                             Automatically detecting the format is dangerous for raw images, write operations on block 0 will be restricted.
                             Specify the 'raw' format explicitly to remove the restrictions.
                    """, spec.said());
            }
            return image;
        } catch (IOException e) {
            throw new ToolException(exitCode, "Could not open '%s': %s".formatted(spec.said(), e.getMessage()));
        }
    }

    /** Prints unless quiet. */
    void say(boolean quiet, String line) {
        if (!quiet) {
            out.println(line);
        }
    }
}
