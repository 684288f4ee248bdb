package org.margay.img.internal.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotDetails;
import org.margay.block.SnapshotStore;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.arguments.UsageException;
import org.margay.img.internal.text.SnapshotTable;

/** "snapshot": snapshots within an image. */
public final class Snapshot implements Command {
    @Override
    public String name() {
        return "snapshot";
    }

    @Override
    public String usage() {
        return "[-U] [-q] [-l | -a snapshot | -c snapshot | -d snapshot] filename";
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("lqU", "acdf").withFlags("force-share");
    }

    @Override
    public int run(Tool tool, Arguments arguments) throws ToolException, IOException {
        List<String> actions = new ArrayList<>();
        for (String letter : List.of("l", "a", "c", "d")) {
            if (arguments.has(letter)) {
                actions.add(letter);
            }
        }
        if (actions.size() > 1) {
            throw new UsageException("Cannot mix '-l', '-a', '-c', '-d'");
        }
        String filename = Operands.one(arguments);
        if (actions.isEmpty()) {
            return 0;
        }
        String action = actions.getFirst();
        OpenOptions options = (action.equals("l") ? OpenOptions.READ_ONLY : OpenOptions.READ_WRITE)
                .withShare(Sharing.of(arguments))
                .withBacking(false);
        String name = arguments.value(action).orElse("");
        try (ImageNode image = tool.open(arguments.image(filename), options)) {
            switch (action) {
                case "a" -> apply(image, name);
                case "c" -> create(image, name);
                case "d" -> delete(image, name);
                default -> list(tool, image);
            }
        }
        return 0;
    }

    private static void list(Tool tool, ImageNode image) {
        if (image instanceof SnapshotStore store && !store.snapshots().isEmpty()) {
            tool.out().print("Snapshot list:\n" + SnapshotTable.of(store.snapshots()));
        }
    }

    private static void create(ImageNode image, String name) throws ToolException {
        if (!(image instanceof SnapshotStore store)) {
            throw new ToolException("Could not create snapshot '%s': -95 (Operation not supported)".formatted(name));
        }
        try {
            store.createSnapshot(name);
        } catch (IOException e) {
            throw new ToolException("Could not create snapshot '%s': %s".formatted(name, e.getMessage()));
        }
    }

    private static void apply(ImageNode image, String name) throws ToolException {
        if (!(image instanceof SnapshotStore store)) {
            throw new ToolException(
                    "Could not apply snapshot '%s': Block driver does not support snapshots".formatted(name));
        }
        if (unknown(store, name)) {
            throw new ToolException("Could not apply snapshot '%s': Failed to load snapshot: No such file or directory"
                    .formatted(name));
        }
        try {
            store.applySnapshot(name);
        } catch (IOException e) {
            throw new ToolException("Could not apply snapshot '%s': %s".formatted(name, e.getMessage()));
        }
    }

    private static void delete(ImageNode image, String name) throws ToolException {
        if (!(image instanceof SnapshotStore store) || unknown(store, name)) {
            throw new ToolException("Could not delete snapshot '%s': snapshot not found".formatted(name));
        }
        try {
            store.deleteSnapshot(name);
        } catch (IOException e) {
            throw new ToolException("Could not delete snapshot '%s': %s".formatted(name, e.getMessage()));
        }
    }

    private static boolean unknown(SnapshotStore store, String name) {
        for (SnapshotDetails snapshot : store.snapshots()) {
            if (snapshot.id().equals(name) || snapshot.name().equals(name)) {
                return false;
            }
        }
        return true;
    }
}
