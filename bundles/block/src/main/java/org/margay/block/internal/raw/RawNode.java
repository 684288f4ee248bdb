package org.margay.block.internal.raw;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.FilterNode;
import org.margay.block.ImageDetails;
import org.margay.block.ImageNode;

/** A raw image: hands all on to its file. */
final class RawNode extends FilterNode implements ImageNode {
    RawNode(BlockNode file) {
        super(file);
    }

    @Override
    public String driver() {
        return "raw";
    }

    @Override
    public BlockNode file() {
        return below;
    }

    /** It is a disk: only {@link #resize} makes it longer. */
    @Override
    public boolean growable() {
        return false;
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Extent found = below.extent(offset, length);
        return found.kind() == Extent.Kind.DATA ? Extent.data(found.length(), offset) : found;
    }

    @Override
    public ImageDetails details() {
        return ImageDetails.NONE;
    }
}
