package org.margay.img.internal.command;

import java.util.List;
import java.util.Optional;

/** All commands. */
public final class Commands {
    /** In alphabetical order. */
    public static final List<Command> ALL = List.of(
            new Check(),
            new Compare(),
            new Convert(),
            new Create(),
            new InfoCommand(),
            new MapCommand(),
            new Resize(),
            new Snapshot());

    /** Commands of the field that are not here. */
    public static final List<String> LATER = List.of("amend", "bench", "bitmap", "commit", "dd", "measure", "rebase");

    private Commands() {}

    public static Optional<Command> find(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }
}
