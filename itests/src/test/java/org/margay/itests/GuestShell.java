package org.margay.itests;

import java.io.IOException;
import java.time.Duration;

/** The shell of a booted {@link DebianGuest}, typed into as a person would. */
final class GuestShell {
    private static final Duration PROMPT = Duration.ofSeconds(60);

    private final Console terminal;
    private int commands;

    private GuestShell(Console terminal) {
        this.terminal = terminal;
    }

    /** Waits until the guest is up. */
    static GuestShell of(Margay margay) throws InterruptedException {
        margay.terminal().await("Margay guest is up", DebianGuest.BOOT);
        margay.terminal().await("/ #", PROMPT);
        return new GuestShell(margay.terminal());
    }

    /** Runs a command and gives what it printed, with whatever the kernel said meanwhile. */
    String run(String command, Duration patience) throws IOException, InterruptedException {
        start(command);
        return finish(patience);
    }

    /** Types a command. */
    void start(String command) throws IOException {
        commands++;
        // The echo of what is typed has quotes where the mark that is printed has none.
        terminal.type("%s; echo en''d-%d-$?\n".formatted(command, commands));
    }

    /** Waits for the end of what was {@link #start started}. */
    String finish(Duration patience) throws InterruptedException {
        String mark = "end-%d-".formatted(commands);
        String output = terminal.await(mark, patience);
        return output.substring(0, output.length() - mark.length());
    }

    /** Waits for a line that a command in the background, or the kernel, prints. */
    String await(String text, Duration patience) throws InterruptedException {
        return terminal.await(text, patience);
    }
}
