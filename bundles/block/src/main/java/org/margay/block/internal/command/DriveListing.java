package org.margay.block.internal.command;

import java.util.Optional;
import java.util.stream.Collectors;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.drive.DriveUser;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.Medium;
import org.margay.block.internal.drive.StreamJob;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The drives in Gogo: {@code vm:block}. */
@Component(
        service = DriveListing.class,
        property = {"osgi.command.scope=vm", "osgi.command.function=block"})
public final class DriveListing {
    private final DriveAccess drives;

    @Activate
    public DriveListing(@Reference DriveAccess drives) {
        this.drives = drives;
    }

    /** All drives, what is in them, and what is done with it. */
    public String block() {
        StringBuilder text = new StringBuilder();
        drives.turn(() -> {
            text.append(drives.all().stream().map(DriveListing::describe).collect(Collectors.joining("\n")));
        });
        return text.isEmpty() ? "no drives" : text.toString();
    }

    private static String describe(BlockDrive drive) {
        StringBuilder text = new StringBuilder(drive.id()).append(": ");
        Optional<Medium> medium = drive.medium();
        text.append(medium.map(in -> describe(in.root())).orElse("[not inserted]"));
        drive.user()
                .map(DriveUser::path)
                .ifPresent(path -> text.append("\n    attached to: ").append(path));
        drive.job()
                .map(StreamJob::progress)
                .ifPresent(job -> text.append("\n    streaming: %d of %d bytes".formatted(job.offset(), job.len())));
        return text.toString();
    }

    private static String describe(BlockNode node) {
        String text = "%s (%s%s), %d bytes"
                .formatted(node.filename(), node.driver(), node.readOnly() ? ", read-only" : "", node.length());
        return node instanceof ImageNode image && image.backing() != null
                ? text + "\n    on: " + describe(image.backing())
                : text;
    }
}
