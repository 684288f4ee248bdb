package org.margay.vvfat.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;
import org.margay.block.UnsupportedImageException;

/**
 * What a name like "fat:floppy:16:FOLDER" asks for.
 *
 * @param type null when it is not said
 */
record FatName(boolean floppy, @Nullable FatType type, Path folder) {
    static FatName parse(String filename) throws IOException {
        String rest = filename.startsWith("fat:") ? filename.substring(4) : filename;
        boolean floppy = false;
        FatType type = null;
        while (true) {
            if (rest.startsWith("floppy:")) {
                floppy = true;
            } else if (rest.startsWith("12:")) {
                type = FatType.FAT12;
            } else if (rest.startsWith("16:")) {
                type = FatType.FAT16;
            } else if (rest.startsWith("32:")) {
                type = FatType.FAT32;
            } else if (rest.startsWith("rw:")) {
                throw new UnsupportedImageException("folders can't be written to by a guest: leave 'rw:' out");
            } else {
                break;
            }
            rest = rest.substring(rest.indexOf(':') + 1);
        }
        if (floppy && type == FatType.FAT32) {
            throw new ImageException("a floppy can't have FAT32");
        }
        if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
            throw new ImageException("fat:FOLDER needs a folder");
        }
        return new FatName(floppy, type, Path.of(rest));
    }
}
