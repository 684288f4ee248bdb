package org.margay.img.internal.command;

import java.io.IOException;
import java.util.Optional;
import org.margay.block.BlockNode;
import org.margay.block.CacheMode;
import org.margay.block.ImageFormat;
import org.margay.block.OpenOptions;
import org.margay.img.internal.arguments.ToolException;

/** Makes new images. */
final class ImageMaker {
    private static final long SECTOR = 512;

    private ImageMaker() {}

    /** A format by its name. */
    static ImageFormat format(Tool tool, String name) throws ToolException {
        Optional<ImageFormat> found;
        try {
            found = tool.drivers().format(name);
        } catch (IOException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        return found.orElseThrow(() -> new ToolException("Unknown file format '%s'".formatted(name)));
    }

    /**
     * Makes an empty image; a file of that name is lost.
     *
     * @param size bytes, rounded up to sectors
     */
    static void make(Tool tool, String filename, CreateOptions options, long size) throws ToolException, IOException {
        options.checkKeySecret(tool.secrets());
        var request = options.request(Math.ceilDiv(size, SECTOR) * SECTOR);
        try {
            tool.drivers().protocol(filename).create(filename);
        } catch (IOException e) {
            throw new ToolException("Could not create '%s': %s".formatted(filename, e.getMessage()));
        }
        // Its content is not worth anything before it is whole: whoever needs it stable flushes then.
        OpenOptions how = OpenOptions.READ_WRITE.withCache(CacheMode.UNSAFE);
        try (BlockNode file = tool.opener().openFile(filename, how)) {
            options.format().create(file, request, tool.drivers());
        }
    }
}
