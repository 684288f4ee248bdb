package org.margay.block.internal.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.UnsupportedImageException;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Media;
import org.margay.block.internal.drive.Medium;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image that is put on top of a drive's: made, opened, and then in use, or gone again without a trace. */
final class Overlay {
    private static final Logger LOG = LoggerFactory.getLogger(Overlay.class);

    private final Media media;
    private final BlockDrive drive;
    private final BlockNode below;
    private final SnapshotRequest request;
    /** A file that was not there before us. */
    private @Nullable Path made;

    private @Nullable ImageNode top;

    Overlay(Media media, BlockDrive drive, Medium medium, SnapshotRequest request) {
        this.media = media;
        this.drive = drive;
        this.below = medium.root();
        this.request = request;
    }

    /** Does all that can fail. The drive is quiet. */
    void prepare() throws QmpException {
        flushBelow();
        try {
            if (!request.existing()) {
                make();
            }
            BlockNode opened = media.openRoot(
                    request.file(),
                    Optional.of(request.format()),
                    drive.request().open().withReadOnly(false).withBacking(false));
            if (!(opened instanceof ImageNode image) || opened.readOnly()) {
                Media.close(opened);
                throw new UnsupportedImageException("%s: can't be put on top".formatted(request.format()));
            }
            top = image;
            image.setBacking(below);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("snapshot of {}: {}", drive.id(), e.getMessage());
            throw QmpErrors.openFileFailed(request.file());
        }
    }

    private void flushBelow() throws QmpException {
        try {
            below.flush();
        } catch (IOException e) {
            LOG.warn("snapshot of {}: {}", drive.id(), e.getMessage());
            throw QmpErrors.ioError();
        }
    }

    private void make() throws IOException {
        Path path = localPath();
        if (path != null && !Files.exists(path)) {
            made = path;
        }
        media.create(
                request.file(),
                request.format(),
                below.length(),
                new BackingLink(ImageOpener.absolute(below.filename()), below.driver()));
    }

    private @Nullable Path localPath() {
        try {
            return ImageOpener.protocolOf(request.file()).isEmpty() ? Path.of(request.file()) : null;
        } catch (InvalidPathException e) {
            LOG.debug("{} is no file of the host", request.file(), e);
            return null;
        }
    }

    /** The drive goes on with it. Can't fail. In a turn; the drive is quiet. */
    void use() {
        if (top == null) {
            throw new IllegalStateException("not prepared");
        }
        drive.exchange(new Medium(top));
    }

    /** What lies below is not written any more. The drive is quiet. */
    void protectBelow() {
        try {
            below.reopen(true);
        } catch (IOException e) {
            LOG.warn("{} stays open for writing: {}", below.filename(), e.getMessage());
        }
    }

    /** As if nothing had happened. */
    void undo() {
        if (top != null) {
            try {
                top.setBacking(null);
            } catch (IllegalArgumentException e) {
                LOG.debug("there was no backing file", e);
            }
            Media.close(top);
        }
        if (made != null) {
            try {
                Files.deleteIfExists(made);
            } catch (IOException e) {
                LOG.warn("{} can't be deleted: {}", made, e.getMessage());
            }
        }
    }
}
