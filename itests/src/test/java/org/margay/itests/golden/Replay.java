package org.margay.itests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.margay.itests.golden.Transcript.Line;
import org.margay.itests.golden.Transcript.Run;
import org.margay.itests.golden.Transcript.Step;

/** Does what a recorded run did to a process of its own and collects where the answers differ. */
final class Replay {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Run run;
    private final Differences differences;
    private final Path folder;
    private final List<String> found = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Path> sockets = new ArrayList<>();
    private boolean guestHasRun;

    Replay(Run run, Differences differences, Path folder) {
        this.run = run;
        this.differences = differences;
        this.folder = folder;
    }

    private String local(String text) {
        return text.replace("/vm/", folder + "/");
    }

    private byte[] local(Step step) {
        return step.text().contains("/vm/")
                ? local(new String(step.sent(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)
                : step.sent();
    }

    private Process start(Path home) throws IOException {
        GoldenImages.make(run, folder);
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/margay").toString());
        List<String> arguments = differences.arguments(run.arguments());
        if (run.arguments().stream().anyMatch(argument -> argument.matches(".*/vm/(bs|lock|ej|enc)\\..*"))) {
            Path bios = folder.resolve("bios.rom");
            Files.write(bios, GuestCode.bios(run.description()));
            command.add("-bios");
            command.add(bios.toString());
        }
        for (int i = 0; i < arguments.size(); i++) {
            String argument = local(arguments.get(i));
            command.add(argument);
            if (i > 0 && arguments.get(i - 1).equals("-qmp")) {
                sockets.add(Path.of(argument.substring("unix:".length(), argument.indexOf(','))));
                clients.add(null);
            }
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** The differences that are not intended. */
    List<String> run(Path home) throws IOException, InterruptedException {
        Process process = start(home);
        try {
            for (Step step : run.steps()) {
                perform(step, process);
                for (Line line : step.answers()) {
                    compare(step, line);
                }
            }
            finish(process);
        } catch (IOException e) {
            found.add("%s; it said: %s".formatted(e, Files.readString(folder.resolve("log"))));
        } finally {
            for (Client client : clients) {
                if (client != null) {
                    client.close();
                }
            }
            process.destroyForcibly();
        }
        return found;
    }

    private void perform(Step step, Process process) throws IOException, InterruptedException {
        int monitor = step.monitor();
        switch (step.kind()) {
            case "connect" -> clients.set(monitor, Client.connect(sockets.get(monitor), process));
            case "close" -> {
                unexpected(clients.get(monitor));
                clients.get(monitor).close();
            }
            case "C" -> {
                if (step.text().contains("query-block") && run.description().contains("locks the CD")) {
                    awaitLock(clients.get(monitor));
                }
                clients.get(monitor).send(local(step));
            }
            case "note" -> note(step.text(), process);
            default -> throw new IllegalArgumentException(step.kind());
        }
    }

    /** The recorder waited until the guest's code had run: here it is asked until the first tray is locked, once. */
    private void awaitLock(Client client) throws IOException, InterruptedException {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!guestHasRun && System.nanoTime() < patience) {
            client.send("{\"execute\": \"query-block\"}\n".getBytes(StandardCharsets.UTF_8));
            guestHasRun = client.reply().contains("\"locked\": true");
        }
    }

    private void note(String text, Process process) throws IOException, InterruptedException {
        if (text.startsWith("recorder sent SIG")) {
            String signal = text.substring("recorder sent SIG".length());
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } else if (text.equals("EOF") && !clients.getFirst().awaitEnd()) {
            found.add("the server did not close the connection");
        }
    }

    private void compare(Step step, Line line) throws InterruptedException {
        Client client = clients.get(line.monitor());
        JsonNode want = Comparison.parse(local(line.raw()));
        if (line.isEvent()) {
            // How often an event repeats is chance.
            String name = want.get("event").asText();
            Duration patience = Duration.ofSeconds(differences.lists(step.text(), name) ? 1 : PATIENCE.toSeconds());
            if (!client.awaitEvent(want, patience) && !differences.event(step.text(), name)) {
                found.add("after %s: no event %s".formatted(shorten(step.text()), line.raw()));
            }
            return;
        }
        for (int i = 0; i < line.repeat(); i++) {
            String got = client.reply();
            if (!Comparison.agrees(step.text(), want, Comparison.parse(got), differences.laterCommands())
                    && !differences.reply(step.text(), line.raw())) {
                found.add("request  %s%n   expected %s%n   got      %s"
                        .formatted(shorten(step.text()), shorten(line.raw()), shorten(got)));
            }
        }
    }

    private void unexpected(Client client) {
        client.rest().forEach(reply -> found.add("unexpected reply " + shorten(reply)));
    }

    private void finish(Process process) throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            found.add("the process did not end");
        } else if (process.exitValue() != run.exit()) {
            found.add("exit code " + process.exitValue());
        }
        for (Client client : clients) {
            if (client != null) {
                client.awaitEnd();
                unexpected(client);
            }
        }
    }

    private static String shorten(String text) {
        return text.length() > 600 ? text.substring(0, 600) + "..." : text;
    }
}
