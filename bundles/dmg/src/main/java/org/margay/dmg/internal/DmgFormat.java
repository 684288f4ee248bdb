package org.margay.dmg.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.margay.block.BlockNode;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Format "dmg": disk images of macOS, read-only. */
@Component(service = ImageFormat.class)
@ImageFormatName("dmg")
@ImageSignature(".dmg")
public final class DmgFormat implements ImageFormat {
    @Override
    public String name() {
        return "dmg";
    }

    @Override
    public String description() {
        return "disk images of macOS (UDIF), read-only";
    }

    /** Nothing at the beginning tells. */
    @Override
    public int probe(MemorySegment head, String filename) {
        return filename.toLowerCase(Locale.ROOT).endsWith(".dmg") ? 2 : 0;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return DmgImage.open(file);
    }
}
