package org.margay.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a QMP server of 2012 answered, we answer; where not, on purpose. */
class GoldenIT {
    private static final Path HOME = Path.of(System.getProperty("margay.home"));
    private static final List<String> TOPICS = List.of(
            "negotiation",
            "basics",
            "badinput",
            "runstate",
            "memory",
            "guest_events",
            "netdev",
            "balloon",
            "devices",
            "device_ids",
            "hotplug_sweep",
            "block",
            "blockjobs",
            "cdrom",
            "snapshot",
            "encrypted");

    /** Only topics that match, for those who work on one; then what is listed as different need not be. */
    private static final String ONLY = System.getProperty("margay.goldens", ".*");

    private static Differences differences;

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException {
        differences = Differences.load();
        List<DynamicTest> tests = new ArrayList<>();
        for (String topic : TOPICS.stream().filter(topic -> topic.matches(ONLY)).toList()) {
            for (Transcript.Run run : Transcript.load(topic).runs()) {
                if (!differences.skips(run)) {
                    tests.add(DynamicTest.dynamicTest(topic + ": " + run.description(), () -> replay(run)));
                }
            }
        }
        return tests.stream();
    }

    private static void replay(Transcript.Run run) throws Exception {
        Path folder = Files.createTempDirectory("golden");
        try {
            assertThat(String.join("\n", new Replay(run, differences, folder).run(HOME)))
                    .isEmpty();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @AfterAll
    static void listedDifferencesExist() {
        if (ONLY.equals(".*")) {
            assertThat(differences.unused())
                    .as("listed as different, but is not")
                    .isEmpty();
        }
    }
}
