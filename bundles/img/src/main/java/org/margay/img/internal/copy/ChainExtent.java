package org.margay.img.internal.copy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageNode;

/**
 * What a guest sees at a place of an image, and which image of the chain it comes from.
 *
 * @param length bytes
 * @param depth 0: the image itself; 1: its backing file; and so on
 * @param present whether that image says anything of it; if not, it reads as zeros because nobody does
 * @param zero whether it reads as zeros
 * @param fileOffset where it is in the file of that image, or -1
 * @param image that it comes from
 */
public record ChainExtent(long length, int depth, boolean present, boolean zero, long fileOffset, BlockNode image) {

    /** Its part from some bytes on, of a length at most. */
    ChainExtent part(long from, long most) {
        return new ChainExtent(
                Math.min(most, length - from), depth, present, zero, fileOffset < 0 ? -1 : fileOffset + from, image);
    }

    public boolean data() {
        return present && !zero;
    }

    /**
     * What is at an offset, seen from the top.
     *
     * @param length greatest that is of interest
     * @param layers how many images of the chain to look at; below is nobody, and what they leave open is not present
     */
    public static ChainExtent at(BlockNode top, long offset, long length, int layers) throws IOException {
        BlockNode node = top;
        long wanted = length;
        for (int depth = 0; ; depth++) {
            Extent here = node.extent(offset, wanted);
            if (node.driver().equals("raw")) {
                // A hole of a raw image is where its zeros are.
                boolean zero = here.kind() != Extent.Kind.DATA;
                return new ChainExtent(here.length(), depth, true, zero, offset, node);
            }
            if (here.kind() != Extent.Kind.UNALLOCATED) {
                boolean zero = here.kind() == Extent.Kind.ZERO;
                return new ChainExtent(here.length(), depth, true, zero, here.fileOffset(), node);
            }
            @Nullable BlockNode below = node instanceof ImageNode image ? image.backing() : null;
            if (below == null || depth + 1 >= layers || offset >= below.length()) {
                return new ChainExtent(here.length(), depth, false, true, -1, node);
            }
            wanted = Math.min(here.length(), below.length() - offset);
            node = below;
        }
    }

    /** What is at an offset, all of the chain looked at. */
    public static ChainExtent at(BlockNode top, long offset, long length) throws IOException {
        return at(top, offset, length, Integer.MAX_VALUE);
    }
}
