package org.margay.itests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** A recorded file: runs of a server, each a list of what was done and what came back. */
record Transcript(String topic, List<Run> runs) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One process.
     *
     * @param exit its exit code, 0 when not recorded
     */
    record Run(String description, List<String> arguments, List<Step> steps, int exit) {}

    /**
     * What was done, and the lines that followed.
     *
     * @param kind "connect", "close", "C", "note"
     */
    record Step(String kind, int monitor, byte[] sent, String text, List<Line> answers) {}

    /** A line of the server. */
    record Line(int monitor, int repeat, String raw) {
        boolean isEvent() {
            return raw.startsWith("{\"timestamp\"");
        }
    }

    static Transcript load(String topic) throws IOException {
        List<Run> runs = new ArrayList<>();
        String text;
        try (InputStream file = Transcript.class.getResourceAsStream("/goldens/" + topic + ".jsonl")) {
            text = new String(Objects.requireNonNull(file, topic).readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String line : text.split("\n")) {
            add(JSON.readTree(line), runs);
        }
        return new Transcript(topic, runs);
    }

    private static void add(JsonNode record, List<Run> runs) throws IOException {
        Run run = runs.isEmpty() ? null : runs.getLast();
        switch (record.get("t").asText()) {
            case "run" -> {
                List<String> arguments = new ArrayList<>();
                record.get("argv").forEach(argument -> arguments.add(argument.asText()));
                arguments.removeFirst();
                runs.add(new Run(record.get("desc").asText(), arguments, new ArrayList<>(), 0));
            }
            case "connect", "close", "C", "note" ->
                Objects.requireNonNull(run).steps().add(step(record));
            case "S" ->
                Objects.requireNonNull(run)
                        .steps()
                        .getLast()
                        .answers()
                        .add(new Line(
                                record.get("m").asInt(),
                                record.path("repeat").asInt(1),
                                record.get("raw").asText()));
            case "exit" -> {
                runs.removeLast();
                runs.add(new Run(
                        run.description(),
                        run.arguments(),
                        run.steps(),
                        record.get("code").asInt()));
            }
            default -> {}
        }
    }

    private static Step step(JsonNode record) throws IOException {
        String kind = record.get("t").asText();
        String text = record.path(kind.equals("note") ? "text" : "raw").asText();
        byte[] sent;
        if (record.has("hex")) {
            sent = HexFormat.of().parseHex(record.get("hex").asText());
            text = record.get("hex").asText();
        } else if (record.has("gen")) {
            int depth = Integer.parseInt(record.get("gen").asText().split(" ")[0]);
            text = record.get("gen").asText();
            sent = ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "\n").getBytes(StandardCharsets.UTF_8);
            if (sent.length != record.get("len").asInt()) {
                throw new IOException("unknown generated input: " + text);
            }
        } else {
            sent = text.getBytes(StandardCharsets.UTF_8);
        }
        return new Step(kind, record.path("m").asInt(), sent, text.strip(), new ArrayList<>());
    }
}
